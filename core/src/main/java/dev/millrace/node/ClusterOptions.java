package dev.millrace.node;

import java.nio.file.Path;
import java.util.List;

/**
 * How a process joins its cluster.
 *
 * @param file the Hazelcast configuration
 * @param host the address this member is reached at, for Hazelcast and for the event bus
 * @param port Hazelcast's own port here
 * @param members {@code host:port} of others; those that are not there yet are found when they come. Empty: as the file
 *     says
 */
public record ClusterOptions(Path file, String host, int port, List<String> members) {}
