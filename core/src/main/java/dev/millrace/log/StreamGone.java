package dev.millrace.log;

/** A stream was erased or expired while somebody read it. */
public final class StreamGone extends RuntimeException {

    private static final long serialVersionUID = 1;

    StreamGone(StreamName stream) {
        super("%s %s is gone".formatted(stream.kind(), stream.id()), null, false, false);
    }
}
