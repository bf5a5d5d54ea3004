package dev.millrace.event;

import io.vertx.core.buffer.Buffer;

/**
 * How readings become bytes on one wire. Pure: the same reading gives the same bytes, which is why an {@link Entry} may
 * keep them and give them to every reader.
 */
@FunctionalInterface
public interface Encoding {

    Buffer encode(Reading reading);
}
