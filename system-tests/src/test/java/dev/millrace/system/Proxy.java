package dev.millrace.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What stands in front of the nodes: a real one, in a process of its own. Closing it cuts its streams. */
interface Proxy extends AutoCloseable {

    int HANG_SECONDS = 20;

    /** A node's two ports. */
    record Node(int port, int managementPort) {}

    /** HTTP/1.1 without TLS. */
    int port();

    /** HTTP/2 and HTTP/1.1 over TLS, with a certificate for localhost that nobody has signed. */
    int tlsPort();

    /** What it wrote down of requests, and of itself. */
    String logs() throws IOException;

    /** Puts a certificate and its key where the files in {@code deploy/} look for them. */
    static void certify(Path folder) throws IOException {
        Certificates.Pair pair = Certificates.make(folder, "localhost", "RSA");
        Files.move(pair.certificate(), folder.resolve("cert.pem"));
        Files.move(pair.key(), folder.resolve("cert.pem.key"));
    }

    /** Waits. Somebody may have taken the port between our asking and its binding: then the process ends. */
    static boolean accepts(Process process, int port) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
        while (process.isAlive() && System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return true;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        return false;
    }

    static void stop(Process process) {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, HANG_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly().onExit().join();
    }

    /** The first group of each match: to be sure that what a fixture replaces is there. */
    static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
