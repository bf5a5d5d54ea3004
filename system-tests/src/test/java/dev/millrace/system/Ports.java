package dev.millrace.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that are killed and come back to the same one. They lie below those that a system gives to
 * outgoing connections, any of which could otherwise sit on the port when the process returns.
 */
final class Ports {

    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;

    private Ports() {}

    static int free() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (java.net.BindException taken) {
                // another one, then
            }
        }
    }
}
