package dev.millrace.system;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Passes bytes on, but cuts its first connection in the middle of an answer, in the middle of an event. */
final class CuttingProxy implements AutoCloseable {

    private static final byte[] CUT_AFTER = "event: token".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private int accepted;

    CuttingProxy(int target) throws Exception {
        this.target = target;
        Thread thread = new Thread(this::accept, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized int connections() {
        return accepted;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                boolean cut;
                synchronized (this) {
                    cut = ++accepted == 1;
                }
                pump(client, server, false);
                pump(server, client, cut);
            }
        } catch (java.io.IOException e) {
            // closed: the test is over
        }
    }

    private static void pump(Socket from, Socket to, boolean cut) {
        Thread thread = new Thread(
                () -> {
                    try (from;
                            to) {
                        copy(from.getInputStream(), to.getOutputStream(), cut);
                    } catch (java.io.IOException e) {
                        // the other direction was cut
                    }
                },
                "pump");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(InputStream in, OutputStream out, boolean cut) throws java.io.IOException {
        int matched = 0;
        int tokens = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            out.write(b);
            matched = b == CUT_AFTER[matched] ? matched + 1 : b == CUT_AFTER[0] ? 1 : 0;
            if (matched == CUT_AFTER.length) {
                matched = 0;
                if (cut && ++tokens == 3) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        listener.close();
    }
}
