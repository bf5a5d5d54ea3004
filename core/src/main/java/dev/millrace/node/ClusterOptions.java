package dev.millrace.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a process joins its cluster.
 *
 * @param file the Hazelcast configuration
 * @param name of the cluster: members of another name are not let in. Empty: as the file says
 * @param host the address this member is reached at, for Hazelcast and for the event bus
 * @param port Hazelcast's own port here, and with {@code dns} that of every member
 * @param members {@code host:port} of others; those that are not there yet are found when they come. Empty: as the file
 *     says, or by {@code dns}
 * @param dns a name with the address of each member, such as a headless service of Kubernetes
 * @param busPort the event bus's own port here; 0 lets the system choose
 * @param busTls how the event bus is kept from strangers; empty: not at all
 */
public record ClusterOptions(
        Path file,
        Optional<String> name,
        String host,
        int port,
        List<String> members,
        Optional<String> dns,
        int busPort,
        Optional<BusTls> busTls) {}
