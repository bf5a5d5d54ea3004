package dev.millrace.audio.vad;

/**
 * The detector that needs no model: the levels of six bands, each against its own noise floor. Far above the floor is
 * loud, near it is not, and between the two the pitch decides. What is loud is speech unless it is spread like a click;
 * and once a voice was heard, the short closures inside words are bridged, and it takes less to go on than to begin.
 *
 * <p>The figures were found by trying, on spoken sentences in silence and in white, pink and mains noise, and on typing;
 * {@code OnsetTest} and {@code FalseAlarmTest} hold them to what they reach. Nothing is allocated after construction.
 */
public final class BandVad implements Vad {

    /** Edges of the bands in Hz: the voice's own notes, its formants, and what hisses. */
    private static final int[] EDGES = {80, 300, 600, 1200, 2400, 4200, 7600};

    private static final int BANDS = EDGES.length - 1;

    /** Quieter than this is silence, whatever the floor, in dBFS of a band. */
    private static final float SILENCE = -72;

    /** No band counts for more, or one loud whistle would pass for a voice. In deviations from its floor. */
    private static final float MOST_OF_ONE_BAND = 9;

    /** Sums of the bands' squared deviations. In noise the sum is about 3, and hardly ever above 12. */
    private static final float LOUD = 12;

    private static final float IN_DOUBT = 6;
    private static final float GOES_ON = 5;

    /** A voice has a pitch of this strength nearly always, and noise hardly ever. */
    private static final float VOICE = 0.55f;

    /** So much of the energy in two stretches of eight is a click, unless it has a clear pitch. */
    private static final float CLICK = 0.8f;

    private static final float CLEAR_VOICE = 0.62f;

    /** No more than so much in two stretches is beyond doubt no click. */
    private static final float SPREAD = 0.7f;

    /** Loud frames that may be a click and count all the same: the beginning of a word has no shape yet. */
    private static final int SHAPELESS = 2;

    /** Voiced frames in a row after which there is a voice to be bridged. */
    private static final int VOICE_FRAMES = 3;

    /** The longest closure within a word that is bridged, in frames. */
    private static final int BRIDGE = 4;

    private final Spectrum spectrum = new Spectrum();
    private final Pitch pitch = new Pitch();
    private final Envelope envelope = new Envelope();
    private final NoiseFloor floor = new NoiseFloor(BANDS);
    private final float[] levels = new float[BANDS];

    /** Loud frames in a row, whether they were taken for speech or not. */
    private int loud;
    /** Speech frames in a row, without those that were bridged. */
    private int run;
    /** How many more frames without speech are bridged; 0 when no voice was heard. */
    private int bridge;

    private boolean voice;

    @Override
    public boolean voiced(short[] pcm, int from) {
        measure(spectrum.of(pcm, from));
        pitch.take(pcm, from);
        envelope.take(pcm, from);
        boolean speech = floor.isKnown() && decide(score());
        floor.learn(levels, speech);
        return speech;
    }

    private void measure(float[] power) {
        int line = Math.round(EDGES[0] / Spectrum.LINE_HZ);
        for (int b = 0; b < BANDS; b++) {
            int end = Math.round(EDGES[b + 1] / Spectrum.LINE_HZ);
            float sum = 1e-12f;
            for (; line < end; line++) {
                sum += power[line];
            }
            levels[b] = Math.max(SILENCE, (float) (10 * Math.log10(sum)));
        }
    }

    private float score() {
        float sum = 0;
        for (int b = 0; b < BANDS; b++) {
            float above = Math.max(0, Math.min(MOST_OF_ONE_BAND, floor.excess(b, levels[b])));
            sum += above * above;
        }
        return sum;
    }

    private boolean decide(float score) {
        boolean goesOn = bridge > 0;
        loud = isLoud(score, goesOn) ? loud + 1 : 0;
        boolean speech = loud > 0 && (goesOn || loud <= SHAPELESS || !isClick());
        run = speech ? run + 1 : 0;
        if (!speech && bridge == 0) {
            voice = false;
        }
        if (run >= VOICE_FRAMES && !voice) {
            voice = pitch.strength() >= VOICE && envelope.concentration() <= SPREAD;
        }
        return bridged(speech);
    }

    private boolean isLoud(float score, boolean goesOn) {
        return score >= (goesOn ? GOES_ON : LOUD) || (score >= IN_DOUBT && pitch.strength() >= VOICE);
    }

    private boolean isClick() {
        return envelope.concentration() > CLICK && pitch.strength() < CLEAR_VOICE;
    }

    private boolean bridged(boolean speech) {
        if (voice && run >= VOICE_FRAMES) {
            bridge = BRIDGE;
        } else if (!speech && bridge > 0) {
            bridge--;
            return true;
        }
        return speech;
    }
}
