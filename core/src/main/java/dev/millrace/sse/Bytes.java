package dev.millrace.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Bytes that grow at the end: the line or the data being collected. Doubles its space, so appending is linear. */
final class Bytes {

    private byte[] bytes = new byte[256];
    private int length;

    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** Forgets what it holds and keeps the space. */
    void clear() {
        length = 0;
    }

    Bytes append(byte b) {
        reserve(1);
        bytes[length++] = b;
        return this;
    }

    Bytes append(byte[] source, int start, int end) {
        reserve(end - start);
        System.arraycopy(source, start, bytes, length, end - start);
        length += end - start;
        return this;
    }

    Bytes append(Bytes source, int start) {
        return append(source.bytes, start, source.length);
    }

    boolean startsWithBom() {
        return length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    /** Where the byte stands first from {@code start} on, or -1. */
    int indexOf(byte b, int start) {
        for (int i = start; i < length; i++) {
            if (bytes[i] == b) {
                return i;
            }
        }
        return -1;
    }

    String text(int start) {
        return text(start, length);
    }

    String text(int start, int end) {
        return new String(bytes, start, end - start, UTF_8);
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(length + more, (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8)));
        }
    }
}
