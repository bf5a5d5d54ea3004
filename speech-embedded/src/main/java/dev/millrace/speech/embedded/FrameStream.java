package dev.millrace.speech.embedded;

import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Frames from an event loop, as a stream for the one thread that reads it: it blocks until there are frames or the end. */
final class FrameStream extends InputStream {

    private final Deque<Buffer> frames = new ArrayDeque<>();
    private int read;
    private int waiting;
    private boolean ended;

    /** From the event loop; never blocks. */
    synchronized void add(Buffer frame) {
        frames.add(frame);
        waiting += frame.length();
        notifyAll();
    }

    /** From the event loop: nothing follows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody wants it: the reader gets the end at once. */
    synchronized void abandon() {
        frames.clear();
        read = 0;
        waiting = 0;
        end();
    }

    /** How many bytes nobody has read. */
    synchronized int waiting() {
        return waiting;
    }

    /** Blocks until it is clear whether there is anything to read. */
    synchronized boolean hasMore() throws InterruptedIOException {
        while (frames.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the recognizer was stopped");
            }
        }
        return !frames.isEmpty();
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws InterruptedIOException {
        if (!hasMore()) {
            return -1;
        }
        Buffer frame = frames.element();
        int count = Math.min(length, frame.length() - read);
        frame.getBytes(read, read + count, bytes, offset);
        read += count;
        waiting -= count;
        if (read == frame.length()) {
            frames.remove();
            read = 0;
        }
        return count;
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
