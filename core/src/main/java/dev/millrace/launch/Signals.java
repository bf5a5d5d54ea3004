package dev.millrace.launch;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * What the system asks of a process. With the first SIGTERM, SIGINT or SIGHUP it is asked to stop; with the second it is
 * gone. A shutdown hook of the JVM would do for the first, but while it runs the JVM hears no other signal.
 */
final class Signals {

    /** By convention the exit code of a process that a signal ends is this and the signal's number. */
    private static final int ENDED_BY_SIGNAL = 128;

    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Listens from now on. */
    static Signals listen() {
        Signals signals = new Signals();
        for (String name : NAMES) {
            try {
                Signal.handle(new Signal(name), signals::came);
            } catch (IllegalArgumentException e) {
                continue; // Windows has no HUP, and a JVM under -Xrs leaves all of them to the system
            }
        }
        return signals;
    }

    private void came(Signal signal) {
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL + signal.getNumber());
        }
        asked.countDown();
    }

    /** Returns when the process is asked to stop. */
    void await() throws InterruptedException {
        asked.await();
    }
}
