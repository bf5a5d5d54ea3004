package dev.millrace.audio.wire;

import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.Resume;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code hello}. */
final class Greeting {

    private static final Set<Long> RATES = Set.of(8_000L, 16_000L, 24_000L, 48_000L);
    private static final int LONGEST_TOKEN = 4_096;

    private Greeting() {}

    /** Who takes the echo out at the client. */
    private enum Aec {
        BROWSER,
        HARDWARE,
        NONE
    }

    private enum Framing {
        RAW,
        SEQ
    }

    static Hello read(Fields fields) {
        version(fields.number("v", 0, Integer.MAX_VALUE, 1));
        fields.text("agent", ClientMessages.LONGEST_NAME);
        Fields audio = fields.object("audio");
        Fields in = audio.object("in");
        Fields out = audio.object("out");
        AudioFormat up = format(in);
        AudioFormat down = format(out);
        long lead = out.number("lead_ms", 60, 1000, 200);
        in.end();
        out.end();
        audio.end();
        Aec aec = fields.choice("aec", Aec.NONE);
        return new Hello(
                up,
                down,
                (int) lead,
                aec != Aec.NONE,
                ClientMessages.settings(fields, TurnOptions.DEFAULT),
                (int) fields.number("stats_s", 0, 60, 0),
                fields.text("conversation", ClientMessages.LONGEST_NAME),
                resume(fields));
    }

    private static void version(long version) {
        if (version != 1) {
            throw WrongMessage.closing(
                    CloseCode.UNSUPPORTED,
                    "unsupported_version",
                    "This server speaks version 1 of audio.v1, and 'v' is " + version + ".");
        }
    }

    private static AudioFormat format(Fields fields) {
        Encoding encoding = encoding(fields);
        long rate = fields.number("rate", 1, Integer.MAX_VALUE, 16_000);
        if (!RATES.contains(rate)) {
            throw unsupported("rate", "8000, 16000, 24000 or 48000", String.valueOf(rate));
        }
        fields.number("frame_ms", 10, 100, 20);
        return new AudioFormat(encoding, (int) rate, fields.choice("framing", Framing.RAW) == Framing.SEQ);
    }

    private static Encoding encoding(Fields fields) {
        String name = fields.text("encoding", ClientMessages.LONGEST_NAME);
        for (Encoding encoding : Encoding.values()) {
            if (name == null || encoding.text().equals(name)) {
                return encoding;
            }
        }
        throw unsupported("encoding", "pcm_s16le or mulaw", name);
    }

    /** What the client would send after this could not be understood, so there is no going on. */
    private static WrongMessage unsupported(String what, String offered, @Nullable String asked) {
        return WrongMessage.closing(
                CloseCode.AUDIO_FORMAT,
                "unsupported_audio",
                "The " + what + " of audio may be " + offered + ", and not " + Fields.shown(asked) + ".");
    }

    private static @Nullable Resume resume(Fields fields) {
        if (!fields.has("resume")) {
            return null;
        }
        Fields resume = fields.object("resume");
        Fields played = resume.object("played");
        Resume asked = new Resume(
                resume.required("session", ClientMessages.LONGEST_NAME),
                resume.required("token", LONGEST_TOKEN),
                resume.text("last_event_id", ClientMessages.LONGEST_NAME),
                (int) played.number("speech", 1, 65_535, 0),
                played.number("ms", 0, ClientMessages.DAY_MS, 0));
        played.end();
        resume.end();
        return asked;
    }
}
