package dev.millrace.system;

import dev.millrace.auth.Caller;
import dev.millrace.launch.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The nodes of one cluster over one Redis, and who calls them. A {@link Member} is a process of its own, which can die; a
 * {@link Server} is cheaper, stands in this JVM, and can be looked into. What was started is closed with the fleet.
 */
final class Fleet implements AutoCloseable {

    /** So many members are known to each other by address, so whoever dies and returns finds one of the others. */
    private static final int KNOWN = 4;

    private final Path folder;
    private final Place home;
    private final String redisUrl;
    private final List<Integer> known = new ArrayList<>();
    private final List<AutoCloseable> started = new ArrayList<>();
    private final Callers callers;
    private int next;

    private Fleet(Redis redis, Path folder, Place home) throws IOException {
        this.folder = folder;
        this.home = home;
        this.redisUrl = "redis://" + home.address() + ":" + redis.port();
        Library.writeTo(folder.resolve("docs"));
        for (int i = 0; i < KNOWN; i++) {
            known.add(Ports.free());
        }
        callers = keep(new Callers(folder.resolve("home")));
    }

    /** With the cluster file that we ship. */
    static Fleet over(Redis redis, Path folder) throws IOException {
        return over(redis, folder, Place.LOOPBACK);
    }

    /** @param home where its nodes stand that are not put elsewhere, and Redis, which must listen there */
    static Fleet over(Redis redis, Path folder, Place home) throws IOException {
        return new Fleet(redis, folder, home);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        started.add(resource);
        return resource;
    }

    /** A process with these roles, ready. Flags given here win over those of ours. */
    Member start(String roles, String... flags) throws IOException {
        return begin(roles, flags).awaitReady();
    }

    /** The same, which need not be ready yet: several can start at once. */
    Member begin(String roles, String... flags) throws IOException {
        return begin(home, roles, flags);
    }

    Member begin(Place place, String roles, String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of("serve", "--roles", roles));
        args.addAll(flags(place, flags));
        if (roles.contains("agent")) {
            args.addAll(agent(flags));
        }
        return keep(Member.begin(folder, place, args));
    }

    /** A node in this JVM. */
    Server here(List<Role> roles, String... flags) throws Exception {
        List<String> all = flags(home, flags);
        if (roles.stream().anyMatch(role -> role.name().equals("agent"))) {
            all.addAll(agent(flags));
        }
        return keep(Server.start(roles, folder, all.toArray(String[]::new)));
    }

    private List<String> agent(String... given) {
        String docs = folder.resolve("docs").toString();
        return List.of(given).contains("--token-pace")
                ? List.of("--docs", docs)
                : List.of("--docs", docs, "--token-pace", "5");
    }

    private List<String> flags(Place place, String... given) throws IOException {
        List<String> all = new ArrayList<>(List.of(given));
        all.addAll(List.of("--redis", redisUrl));
        all.addAll(List.of("--cluster", Project.file("cluster.xml").toString()));
        all.addAll(List.of("--cluster-host", place.address()));
        all.addAll(List.of("--cluster-port", "" + (next < KNOWN ? known.get(next) : Ports.free())));
        all.addAll(List.of("--cluster-members", String.join(",", addresses())));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        next++;
        return all;
    }

    private List<String> addresses() {
        return known.stream().map(port -> home.address() + ":" + port).toList();
    }

    Callers callers() {
        return callers;
    }

    /** Somebody with every scope, who asks at this port of this machine. */
    SseClient client(int port, String subject) {
        return callers.at(port, callers.token(Caller.DEFAULT_TENANT, subject, Duration.ofHours(1)));
    }

    SseClient client(Member at, String subject) {
        return client(at.port(), subject).on(at.place().front());
    }

    @Override
    public void close() throws Exception {
        Collections.reverse(started);
        for (AutoCloseable each : started) {
            each.close();
        }
    }
}
