package dev.millrace.system;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A connection that sends whatever bytes it is given, and reads answers without any idea of its own of what is right. */
final class BadInputWire implements AutoCloseable {

    /** Far beyond what any answer takes: it turns a hang into a failure, and decides nothing else. */
    private static final int HANG_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    BadInputWire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(HANG_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** What came back: {@code head} is the status line and the headers as they were sent. */
    record Answer(int status, String head, String body) {

        Optional<String> header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst();
        }

        JsonObject json() {
            return new JsonObject(body);
        }
    }

    /** A server may answer and close before it has heard all of it; what it said is still there to be read. */
    BadInputWire send(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (SocketException closed) {
            // The test reads the answer next, and fails if there is none.
        }
        return this;
    }

    BadInputWire send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** No more will come from here. */
    BadInputWire shutdown() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next answer, with its whole body. */
    Answer answer() throws IOException {
        return answer(false);
    }

    Answer answerToHead() throws IOException {
        return answer(true);
    }

    private Answer answer(boolean withoutBody) throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        Answer bare = new Answer(status, head, "");
        if (withoutBody || status < 200) {
            return bare;
        }
        Optional<String> length = bare.header("Content-Length");
        byte[] body;
        if (length.isPresent()) {
            body = in.readNBytes(Integer.parseInt(length.get()));
        } else if (bare.header("Transfer-Encoding").isPresent()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                all.writeBytes(chunk);
            }
            body = all.toByteArray();
        } else {
            body = in.readAllBytes();
        }
        return new Answer(status, head, new String(body, StandardCharsets.UTF_8));
    }

    /** A status line and headers; each line without its CRLF. */
    String head() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return String.join("\n", lines);
    }

    /** Of a stream that does not end: its text until this stands in it. */
    String chunksUntil(String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            byte[] chunk = chunk();
            if (chunk.length == 0) {
                throw new EOFException("the stream ended after " + read);
            }
            read.append(new String(chunk, StandardCharsets.UTF_8));
        }
        return read.toString();
    }

    private byte[] chunk() throws IOException {
        byte[] chunk = in.readNBytes(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** One unmasked WebSocket frame: its first byte, then its payload. */
    byte[] frame() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(in.read());
        int length = in.read();
        frame.writeBytes(in.readNBytes(length));
        return frame.toByteArray();
    }

    /** What is left until the server closes. */
    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
