package dev.millrace.agent.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8, none longer than a limit: whoever writes one without an end would fill our memory. Blocks. */
final class Lines implements Closeable {

    private final InputStream bytes;
    private final int longest;

    Lines(InputStream bytes, int longest) {
        this.bytes = new BufferedInputStream(bytes);
        this.longest = longest;
    }

    /**
     * The next line without its end; null when there are no more.
     *
     * @throws IOException when it is too long, or cannot be read
     */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read = bytes.read();
        while (read >= 0 && read != '\n') {
            if (line.size() == longest) {
                throw new IOException("it wrote a line of more than " + longest + " bytes");
            }
            line.write(read);
            read = bytes.read();
        }
        return read < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
