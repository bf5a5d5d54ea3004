package dev.millrace.launch;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.KeyFile;
import dev.millrace.http.EdgeOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a process, whatever its roles. Filled by picocli, read once at start. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class ServeOptions {

    private static final int MIB = 1 << 20;

    @Mixin
    NodeFlags node;

    @Mixin
    DrainFlags drain;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with any of these flags, without the dashes.")
    @Nullable
    Path config;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Where the signing key and other state lie; ${DEFAULT-VALUE} unless set.")
    Path home;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; ${DEFAULT-VALUE} unless set.")
    String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of the routes; ${DEFAULT-VALUE} unless set, 0 lets the system choose.")
    int port;

    @Mixin
    TlsFlags tls;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            defaultValue = "8090",
            description = "Port of /health/live and /health/ready; ${DEFAULT-VALUE} unless set.")
    int managementPort;

    @Option(
            names = "--origins",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description = "Web origins whose pages may call us from a browser, such as https://app.example.com.")
    List<String> origins = List.of();

    @Option(
            names = "--log-memory",
            paramLabel = "MIB",
            description = "MiB that the memory log may weigh; a quarter of the heap unless set.")
    @Nullable
    Integer logMemory;

    @Option(
            names = "--events-feed",
            paramLabel = "NAME",
            defaultValue = "main",
            description = "Feed of each tenant that runs, messages and sessions are told to; empty for none.")
    String eventsFeed;

    @Option(
            names = "--jwt-issuer",
            paramLabel = "NAME",
            defaultValue = AuthOptions.DEFAULT_NAME,
            description = "What a token's iss must be; ${DEFAULT-VALUE} unless set.")
    String jwtIssuer;

    @Option(
            names = "--jwt-audience",
            paramLabel = "NAME",
            defaultValue = AuthOptions.DEFAULT_NAME,
            description = "What a token's aud must contain; ${DEFAULT-VALUE} unless set.")
    String jwtAudience;

    @Option(
            names = "--jwt-max-ttl",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Durations.class,
            description = "Longest life of a token, from iat to exp (90s, 15m, 7d); ${DEFAULT-VALUE} unless set.")
    java.time.Duration jwtMaxTtl;

    @Option(
            names = "--jwt-key-file",
            paramLabel = "FILE",
            description = "HS256 secret. Without any key of yours, one is made under --home.")
    @Nullable
    Path jwtKeyFile;

    @Option(names = "--jwt-public-key-file", paramLabel = "FILE", description = "RS256 public key in PEM.")
    @Nullable
    Path jwtPublicKeyFile;

    @Option(
            names = "--jwks-url",
            paramLabel = "URL",
            converter = Urls.class,
            description = "JWK set with RS256 keys; new keys are found by themselves.")
    @Nullable
    URI jwksUrl;

    EdgeOptions edge() {
        return EdgeOptions.on(host, checked(port, "--port"))
                .origins(Set.copyOf(origins))
                .lifetime(drain.lifetimeMillis())
                .tls(tls.files());
    }

    int managementPort() {
        // Two servers of one Vert.x may share a port, and then each gets half of the other's requests.
        if (managementPort != 0 && managementPort == port) {
            throw new Misuse("--port and --management-port are both " + port + ", and must be two ports");
        }
        return checked(managementPort, "--management-port");
    }

    private static int checked(int port, String flag) {
        if (port < 0 || port > 65_535) {
            throw new Misuse(flag + " is " + port + ", and must be from 0 to 65535");
        }
        return port;
    }

    long logBytes() {
        Integer mib = logMemory;
        if (mib == null) {
            return Runtime.getRuntime().maxMemory() / 4;
        }
        if (mib < 1) {
            throw new Misuse("--log-memory is " + mib + " MiB, and must be at least 1");
        }
        return (long) mib * MIB;
    }

    /** Whether tokens are signed with the key we made ourselves. */
    boolean usesLocalKey() {
        return jwtKeyFile == null && jwtPublicKeyFile == null && jwksUrl == null;
    }

    /** Makes the local key at first start. Blocks. */
    AuthOptions auth() {
        Path keyFile = usesLocalKey() ? KeyFile.openOrCreate(home).path() : jwtKeyFile;
        try {
            return new AuthOptions(jwtIssuer, jwtAudience, jwtMaxTtl, keyFile, jwtPublicKeyFile, jwksUrl);
        } catch (IllegalArgumentException e) {
            throw new Misuse(inFlags(String.valueOf(e.getMessage())));
        }
    }

    /** A sentence about options of {@link AuthOptions}, with the names they have here. */
    static String inFlags(String sentence) {
        return sentence.replaceFirst("^issuer ", "--jwt-issuer ")
                .replaceFirst("^audience ", "--jwt-audience ")
                .replaceFirst("^maxTtl ", "--jwt-max-ttl ")
                .replaceFirst("\\bjwksUrl\\b", "--jwks-url");
    }
}
