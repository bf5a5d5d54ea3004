package dev.millrace.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of several texts, none of which can pass for part of its neighbour. */
public final class Digest {

    /** Lower case and digits, without the pairs that people misread. */
    private static final char[] ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789".toCharArray();

    private Digest() {}

    /** 160 bits as 32 letters. */
    public static String text(String... parts) {
        return letters(bytes(parts), 32);
    }

    private static byte[] bytes(String... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
                sha.update((utf8.length + ":").getBytes(StandardCharsets.US_ASCII));
                sha.update(utf8);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The first {@code count} groups of five bits. */
    static String letters(byte[] bytes, int count) {
        StringBuilder text = new StringBuilder(count);
        int bits = 0;
        int held = 0;
        for (int i = 0; text.length() < count; ) {
            if (held < 5) {
                bits = (bits << 8) | (bytes[i++] & 0xff);
                held += 8;
            }
            text.append(ALPHABET[(bits >> (held - 5)) & 31]);
            held -= 5;
        }
        return text.toString();
    }
}
