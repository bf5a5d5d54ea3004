/** Server-sent events: the bytes, and the response that carries them. */
@NullMarked
package dev.millrace.sse;

import org.jspecify.annotations.NullMarked;
