package dev.millrace.audio.wire;

/** G.711 mu-law: fourteen bits in eight, finer for soft sounds than for loud ones. */
final class MuLaw {

    private static final int BIAS = 0x84;
    private static final int LOUDEST = 32_635;
    private static final short[] DECODED = new short[256];

    static {
        for (int i = 0; i < DECODED.length; i++) {
            int bits = ~i & 0xff;
            int magnitude = (((bits & 0x0f) << 3) + BIAS << ((bits & 0x70) >> 4)) - BIAS;
            DECODED[i] = (short) ((bits & 0x80) == 0 ? magnitude : -magnitude);
        }
    }

    private MuLaw() {}

    static short decode(byte coded) {
        return DECODED[coded & 0xff];
    }

    static byte encode(short sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(LOUDEST, Math.abs((int) sample)) + BIAS;
        int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = (magnitude >> (exponent + 3)) & 0x0f;
        return (byte) ~(sign | exponent << 4 | mantissa);
    }
}
