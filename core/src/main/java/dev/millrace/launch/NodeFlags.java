package dev.millrace.launch;

import dev.millrace.log.redis.RedisEndpoint;
import dev.millrace.node.BusTls;
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

    @Option(
            names = "--cluster-dns",
            paramLabel = "NAME",
            description = "DNS name with the address of each member, such as a headless service of Kubernetes.")
    @Nullable
    String clusterDns;

    @Option(
            names = "--cluster-name",
            paramLabel = "NAME",
            description = "Name that all members share; as the file says unless set.")
    @Nullable
    String clusterName;

    @Option(
            names = "--bus-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of this member's event bus, at --cluster-host; the system chooses unless set.")
    int busPort;

    @Option(
            names = "--bus-cert",
            paramLabel = "FILE",
            description = "Certificate in PEM that this member shows on the event bus; needs the two below.")
    @Nullable
    Path busCert;

    @Option(names = "--bus-key", paramLabel = "FILE", description = "Its private key in PEM.")
    @Nullable
    Path busKey;

    @Option(
            names = "--bus-ca",
            paramLabel = "FILE",
            description = "Certificates in PEM of who signs those of members; others are refused.")
    @Nullable
    Path busCa;

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
        if (busPort < 0 || busPort > 65_535) {
            throw new Misuse("--bus-port is " + busPort + ", and must be from 0 to 65535");
        }
        if (busPort == clusterPort) {
            throw new Misuse("--bus-port and --cluster-port are both " + busPort + "; each needs a port of its own");
        }
        if (clusterDns != null && !clusterMembers.isEmpty()) {
            throw new Misuse("--cluster-dns and --cluster-members both say who the members are; use one of them");
        }
        return Optional.of(new ClusterOptions(
                cluster,
                Optional.ofNullable(clusterName),
                clusterHost,
                clusterPort,
                clusterMembers,
                Optional.ofNullable(clusterDns),
                busPort,
                busTls()));
    }

    private Optional<BusTls> busTls() {
        if (busCert == null && busKey == null && busCa == null) {
            return Optional.empty();
        }
        if (busCert == null || busKey == null || busCa == null) {
            throw new Misuse("--bus-cert, --bus-key and --bus-ca belong together, and "
                    + (busCert == null ? "--bus-cert" : busKey == null ? "--bus-key" : "--bus-ca") + " is missing");
        }
        return Optional.of(new BusTls(busCert, busKey, busCa));
    }
}
