/** Watching a stream over HTTP: from a request to a place in the log, and from there to server-sent events. */
@NullMarked
package dev.millrace.watch;

import org.jspecify.annotations.NullMarked;
