package dev.millrace.audio.wire;

/** Why a socket is closed, and whether its session may be resumed. */
public enum CloseCode {
    BYE(1000, false),
    LEAVING(1001, true),
    UNSUPPORTED(1003, false),
    NOT_JSON(1007, false),
    TOO_BIG(1009, false),
    INTERNAL(1011, true),
    MOVING(1012, true),
    OVERLOAD(1013, false),
    BAD_MESSAGE(4400, false),
    TOKEN(4401, false),
    FORBIDDEN(4403, false),
    NO_SESSION(4404, false),
    IDLE(4408, false),
    TAKEN_OVER(4409, false),
    SESSION_LIMIT(4410, true),
    OVERRUN(4413, false),
    AUDIO_FORMAT(4415, false),
    QUOTA(4429, false),
    ENGINE_FAILED(4500, true);

    private final short code;
    private final boolean mayResume;

    CloseCode(int code, boolean mayResume) {
        this.code = (short) code;
        this.mayResume = mayResume;
    }

    public short code() {
        return code;
    }

    /** Whether the client may come back to the session with its token. */
    public boolean mayResume() {
        return mayResume;
    }
}
