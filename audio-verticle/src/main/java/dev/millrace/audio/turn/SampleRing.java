package dev.millrace.audio.turn;

/** The last samples of a stream, so that what came before a word can still be heard. Fixed in size. */
public final class SampleRing {

    private final short[] samples;
    private final long first;
    private long end;

    /** @param first number of the first sample that will come */
    public SampleRing(int capacity, long first) {
        samples = new short[capacity];
        this.first = first;
        end = first;
    }

    /** Takes samples; the oldest make room. */
    public void write(short[] pcm, int from, int count) {
        for (int i = 0; i < count; i++) {
            samples[(int) ((end + i) % samples.length)] = pcm[from + i];
        }
        end += count;
    }

    /** One past the number of the last sample. */
    public long end() {
        return end;
    }

    /** The samples from a number on, as far back as they are kept. */
    public short[] since(long from) {
        long start = Math.min(end, Math.max(from, Math.max(first, end - samples.length)));
        short[] copy = new short[(int) (end - start)];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = samples[(int) ((start + i) % samples.length)];
        }
        return copy;
    }
}
