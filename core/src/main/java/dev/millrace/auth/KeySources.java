package dev.millrace.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * All configured keys, by algorithm.
 *
 * <p>A token is tried only with keys made for its algorithm, so an RSA key never serves as the secret of an HMAC: that is
 * what the confusion of algorithms lives on.
 *
 * @param hs256 tried in this order; empty when the algorithm is not accepted
 * @param rs256 likewise
 */
record KeySources(List<KeySource> hs256, List<KeySource> rs256) {

    KeySources {
        hs256 = List.copyOf(hs256);
        rs256 = List.copyOf(rs256);
    }

    /**
     * Those that are files. Blocks.
     *
     * @throws BadKey when one cannot be used
     */
    static KeySources ofFiles(Vertx vertx, AuthOptions options) {
        Path secret = options.hs256KeyFile();
        Path pem = options.rs256PemFile();
        return new KeySources(
                secret == null ? List.of() : List.of(Keys.hs256(vertx, KeyFile.read(secret))),
                pem == null ? List.of() : List.of(Keys.rs256(vertx, List.of(readPem(pem)))));
    }

    /** These and a key set, which comes last: it may have to ask its server, a file answers at once. */
    KeySources withSet(KeySource set) {
        return new KeySources(
                hs256, Stream.concat(rs256.stream(), Stream.of(set)).toList());
    }

    /** Succeeds when a key signed the token; fails with {@link Unauthorized}, the last source's if there are several. */
    Future<Void> prove(UnprovenToken token) {
        Future<Void> proof = Future.failedFuture(
                Unauthorized.invalid("The token is signed with an algorithm this gateway does not accept."));
        for (KeySource source : of(token.algorithm())) {
            proof = proof.recover(refused -> source.prove(token.text()));
        }
        return proof;
    }

    private List<KeySource> of(String algorithm) {
        return switch (algorithm) {
            case "HS256" -> hs256;
            case "RS256" -> rs256;
            default -> List.of();
        };
    }

    private static RsaKey readPem(Path file) {
        try {
            return RsaKey.ofPem(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .orElseThrow(() -> new BadKey("The key file " + file
                            + " holds no RSA public key of 2048 bits or more; make one with openssl rsa -pubout."));
        } catch (IOException e) {
            throw new BadKey("The key file " + file + " cannot be read; name a PEM file that can.", e);
        }
    }
}
