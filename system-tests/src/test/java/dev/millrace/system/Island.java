package dev.millrace.system;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own on this machine, with one link to the nodes outside of it, which can be cut, and another on which
 * clients come. It needs Linux, root and iproute2; the addresses are private and lead nowhere else.
 */
final class Island implements AutoCloseable {

    private final String name;
    private final String net;

    private Island(String name, String net) {
        this.name = name;
        this.net = net;
    }

    /** Skips the test where the machine does not permit it. */
    static Island rise() {
        int number = ThreadLocalRandom.current().nextInt(1, 250);
        Island island = new Island("mr" + ProcessHandle.current().pid() % 100_000 + "i" + number, "10.213." + number);
        boolean permitted = OnPath.find("ip").isPresent() && island.ip("netns", "add", island.name) == 0;
        Assumptions.assumeTrue(permitted, "network namespaces are not permitted here");
        island.link("b", island.outside().address(), island.inside().address());
        island.link("f", island.net + ".5", island.inside().front());
        island.must("-n", island.name, "link", "set", "lo", "up");
        return island;
    }

    private void link(String which, String outer, String inner) {
        String inside = name + which + "i";
        must("link", "add", name + which, "type", "veth", "peer", "name", inside);
        must("link", "set", inside, "netns", name);
        must("addr", "add", outer + "/30", "dev", name + which);
        must("link", "set", name + which, "up");
        must("-n", name, "addr", "add", inner + "/30", "dev", inside);
        must("-n", name, "link", "set", inside, "up");
    }

    /** For who stays, Redis too. */
    Place outside() {
        return new Place(net + ".1", "127.0.0.1", List.of());
    }

    Place inside() {
        return new Place(net + ".2", net + ".6", List.of("ip", "netns", "exec", name));
    }

    /** Nothing passes between inside and outside any more; connections stand as if nothing had happened. */
    void cut() {
        must("link", "set", name + "b", "down");
    }

    void mend() {
        must("link", "set", name + "b", "up");
    }

    private void must(String... arguments) {
        int exit = ip(arguments);
        if (exit != 0) {
            throw new AssertionError("ip " + Arrays.toString(arguments) + " says " + exit);
        }
    }

    private int ip(String... arguments) {
        try {
            List<String> command = new java.util.ArrayList<>(List.of("ip"));
            command.addAll(List.of(arguments));
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The links go with the namespace. */
    @Override
    public void close() {
        ip("netns", "del", name);
    }
}
