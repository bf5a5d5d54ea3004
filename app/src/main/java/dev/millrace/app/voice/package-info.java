/** The other end of {@code /api/audio}: sound in files, a client of {@code audio.v1}, and who speaks and listens with it. */
@NullMarked
package dev.millrace.app.voice;

import org.jspecify.annotations.NullMarked;
