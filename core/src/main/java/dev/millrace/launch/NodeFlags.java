package dev.millrace.launch;

import dev.millrace.log.redis.RedisEndpoint;
import dev.millrace.node.ClusterOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that make a process one of several: the log they share, and how they find each other. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class NodeFlags {

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description = "Keep the log in this Redis, such as redis://127.0.0.1:6379; in memory unless set.")
    @Nullable
    String redis;

    @Option(names = "--redis-password-file", paramLabel = "FILE", description = "File with the password for Redis.")
    @Nullable
    Path redisPasswordFile;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "Join a cluster as this Hazelcast file says, such as cluster.xml; needs --redis.")
    @Nullable
    Path cluster;

    @Option(
            names = "--cluster-host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address at which the other members reach this one; ${DEFAULT-VALUE} unless set.")
    String clusterHost;

    @Option(
            names = "--cluster-port",
            paramLabel = "PORT",
            defaultValue = "5701",
            description = "Hazelcast's port of this member; ${DEFAULT-VALUE} unless set.")
    int clusterPort;

    @Option(
            names = "--cluster-members",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description = "Members as host:port, whether they are there yet or not; as the file says unless set.")
    List<String> clusterMembers = List.of();

    Optional<RedisEndpoint> redis() {
        if (redis == null) {
            if (redisPasswordFile != null) {
                throw new Misuse("--redis-password-file is for a Redis, and there is no --redis");
            }
            return Optional.empty();
        }
        RedisEndpoint endpoint = RedisEndpoint.parse(redis);
        return Optional.of(redisPasswordFile == null ? endpoint : endpoint.passwordFrom(redisPasswordFile));
    }

    Optional<ClusterOptions> cluster() {
        if (cluster == null) {
            return Optional.empty();
        }
        if (redis == null) {
            throw new Misuse("--cluster needs --redis: processes that share no log cannot read each other's runs");
        }
        if (clusterPort < 1 || clusterPort > 65_535) {
            throw new Misuse("--cluster-port is " + clusterPort + ", and must be from 1 to 65535");
        }
        return Optional.of(new ClusterOptions(cluster, clusterHost, clusterPort, clusterMembers));
    }
}
