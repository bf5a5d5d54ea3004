package dev.millrace.audio.session;

import dev.millrace.audio.turn.Allowance;
import dev.millrace.audio.turn.Decision;
import dev.millrace.audio.turn.SampleRing;
import dev.millrace.audio.turn.TurnDetector;
import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.vad.BandVad;
import dev.millrace.audio.vad.EchoGuard;
import dev.millrace.audio.vad.Level;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.FrameCutter;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.audio.wire.WrongMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What comes up the socket: bytes become frames of 20 ms at 16 kHz, and frames become decisions. All places are counted
 * in samples that came, so the same bytes lead to the same decisions. Time is only asked for how fast they come.
 */
final class Uplink {

    /** Audio may come so much faster than it can be spoken, after a burst. */
    private static final double FASTER = 1.25;

    private static final int BURST_SECONDS = 2;

    /** What is kept for the beginning of a turn: the time to become sure of it, and the longest prefix. */
    private static final int KEPT_SECONDS = 2;

    /** What a client keeps of what was not acknowledged, and sends again: as much as may come at once then. */
    private static final int RESENT_SECONDS = 60;

    private final AudioFormat format;
    private final Ear ear;
    private final Allowance allowance;
    private final FrameCutter cutter;
    private final Vad vad = new BandVad();
    private final EchoGuard guard = new EchoGuard();
    private final SampleRing ring;
    private final TurnDetector detector;
    /** What is before this is listened to for its noise only: its turns are known. */
    private final long known;

    private boolean guarded;
    /** The next sample that is expected, at the client's rate. */
    private long expected;

    private short[] samples = new short[0];

    /** Who listens to what comes of it. */
    interface Ear {

        /**
         * A frame of a turn, or none of any turn; the array is used again.
         *
         * @param start number of its first sample
         */
        void frame(short[] pcm, long start, boolean voiced);

        void decided(Decision decision);

        /** Audio was lost. */
        void dropped(long fromMs, long toMs, String reason);

        /** Whether the agent's speech is unfinished. */
        boolean speaking();

        /** Level of what was sent since the last frame came, dBFS. */
        float sent();
    }

    /** What comes up from a session's beginning, or from where the last owner acknowledged it. */
    Uplink(SessionSettings settings, SessionState state, long lagMs, Ear ear, long nowMs) {
        this.format = settings.in();
        this.guarded = settings.guarded();
        this.ear = ear;
        long first = state.acknowledged();
        double burst = (double) BURST_SECONDS * format.rate();
        double missing = (double) Math.max(0, Math.min(RESENT_SECONDS * 1000L, lagMs)) * format.rate() / 1000;
        this.allowance = new Allowance(FASTER * format.rate(), burst, burst + missing, nowMs);
        this.cutter = new FrameCutter(format.rate(), Vad.RATE);
        this.ring = new SampleRing(KEPT_SECONDS * Vad.RATE, first);
        this.expected = first * format.rate() / Vad.RATE;
        this.known = Math.max(first, state.known() / Vad.FRAME * Vad.FRAME);
        this.detector = detector(settings.turns(), state);
    }

    private TurnDetector detector(TurnOptions options, SessionState state) {
        TurnDetector fresh = new TurnDetector(options, known);
        return state.open().stream()
                .filter(turn -> turn.to == PastTurn.UNKNOWN)
                .findFirst()
                .map(turn -> fresh.within(turn.from, turn.sure))
                .orElse(fresh);
    }

    /**
     * Takes a binary message, or takes nothing of it because it comes too early; then it may be offered again.
     *
     * @throws WrongMessage for what is no audio
     */
    boolean take(Buffer bytes, long nowMs) {
        UpMessage message = UpMessage.read(bytes, format);
        if (!allowance.take(message.count(), nowMs)) {
            return false;
        }
        int early = message.header() == null ? 0 : Math.min(message.count(), early(message.header()));
        int count = message.count() - early;
        if (message.isSilence()) {
            quiet(count);
        } else {
            room(count);
            format.encoding()
                    .decode(bytes, message.from() + early * format.encoding().bytes(), samples, count);
            feed(count);
        }
        return true;
    }

    /** Fills a hole with silence, so that places stay places; or says how many samples are here already. */
    private int early(FrameHeader header) {
        long missing = header.pts() - expected;
        if (missing > (long) UpMessage.LONGEST_SECONDS * format.rate()) {
            throw WrongMessage.fatal(
                    "bad_frame",
                    "The frame begins at sample %d, and %d was expected: more than %d s are missing."
                            .formatted(header.pts(), expected, UpMessage.LONGEST_SECONDS));
        }
        if (missing > 0) {
            ear.dropped(millis(expected), millis(header.pts()), "gap");
            quiet((int) missing);
        }
        return (int) Math.min(Integer.MAX_VALUE / 4, Math.max(0, -missing));
    }

    private void quiet(int count) {
        for (int left = count; left > 0; ) {
            int part = Math.min(left, format.rate());
            room(part);
            java.util.Arrays.fill(samples, 0, part, (short) 0);
            feed(part);
            left -= part;
        }
    }

    private void room(int count) {
        if (samples.length < count) {
            samples = new short[count];
        }
    }

    private void feed(int count) {
        expected += count;
        cutter.take(samples, count, this::frame);
    }

    private void frame(short[] pcm) {
        long start = ring.end();
        ring.write(pcm, 0, pcm.length);
        boolean loud = guard.admits(Level.of(pcm, 0, pcm.length), ear.sent()) || !guarded;
        boolean voiced = vad.voiced(pcm, 0) && loud;
        // The turn's frames first: a decision on this frame may end the turn that it belongs to.
        ear.frame(pcm, start, voiced);
        if (start >= known) {
            decide(detector.frame(voiced, ear.speaking()));
        }
    }

    private void decide(List<Decision> decisions) {
        decisions.forEach(ear::decided);
    }

    void commit() {
        decide(detector.commit());
    }

    void clear() {
        decide(detector.clear());
    }

    /** The settings are others from now on. */
    void update(SessionSettings settings) {
        detector.update(settings.turns());
        guarded = settings.guarded();
    }

    /** One past the last sample of 16 kHz. */
    long position() {
        return ring.end();
    }

    /** The samples of 16 kHz from a place on, as far as they are kept. */
    short[] since(long from) {
        return ring.since(from);
    }

    private long millis(long sample) {
        return sample * 1000 / format.rate();
    }
}
