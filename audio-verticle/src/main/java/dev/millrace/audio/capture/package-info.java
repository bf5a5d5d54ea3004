/** What passed a session's socket, kept in a file: written while it passes, bounded, and read again for a replay. */
@NullMarked
package dev.millrace.audio.capture;

import org.jspecify.annotations.NullMarked;
