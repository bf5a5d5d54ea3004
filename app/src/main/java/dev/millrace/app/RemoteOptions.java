package dev.millrace.app;

import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import dev.millrace.launch.Urls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of every command that talks to a server. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class RemoteOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            converter = Urls.class,
            description = "The server; ${DEFAULT-VALUE} unless set.")
    private URI url;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Who may have signed the certificate of an https server, in PEM; as Java knows them unless set.")
    private @Nullable Path ca;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token. Without it one is minted with the local key.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Where the signing key lies; ${DEFAULT-VALUE} unless set.")
    private Path home;

    /** Does something with the server, waits for it, and lets go of everything. */
    <T> T with(Scope scope, Function<Remote, Future<T>> work) throws Exception {
        return with(EnumSet.of(scope), work);
    }

    <T> T with(EnumSet<Scope> scopes, Function<Remote, Future<T>> work) throws Exception {
        String token = token(scopes);
        Optional<Buffer> trusted = Optional.ofNullable(ca).map(RemoteOptions::authorities);
        Vertx vertx = Vertx.vertx();
        try {
            return Program.await(work.apply(new Remote(vertx, url, token, trusted)));
        } finally {
            Program.await(vertx.close());
        }
    }

    private static Buffer authorities(Path file) {
        try {
            byte[] pem = Files.readAllBytes(file);
            CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (new String(pem, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
                return Buffer.buffer(pem);
            }
        } catch (IOException e) {
            throw new Misuse("the file " + file + " of --ca cannot be read");
        } catch (CertificateException e) {
            // as wrong as one without a certificate
        }
        throw new Misuse("the file " + file + " of --ca holds no certificate in PEM");
    }

    private String token(EnumSet<Scope> scopes) {
        return tokenFile == null ? minted(scopes) : read(tokenFile);
    }

    /** With the server's own key. One made here would be a stranger's to it, so it must be there already. */
    private String minted(EnumSet<Scope> scopes) {
        if (!Files.exists(home.resolve("key"))) {
            throw new Misuse("there is no signing key under " + home
                    + "; './millrace serve' makes one, --home names where, and --token-file does without");
        }
        String user = System.getProperty("user.name", "local");
        return Token.mint(home, user, scopes, FeedRights.ALL, Duration.ofHours(1), null);
    }

    private static String read(Path tokenFile) {
        try {
            String token = Files.readString(tokenFile).strip();
            if (!token.matches("[\\x21-\\x7e]+")) { // a header would quote it, line break and all
                throw new Misuse("the token file " + tokenFile + " must hold one token and nothing else");
            }
            return token;
        } catch (IOException e) {
            throw new Misuse("the token file " + tokenFile + " cannot be read");
        }
    }
}
