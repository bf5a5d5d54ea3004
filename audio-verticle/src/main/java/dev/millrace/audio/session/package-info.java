/** A conversation over one socket: what is heard becomes turns, turns become answers, and answers are spoken. */
@NullMarked
package dev.millrace.audio.session;

import org.jspecify.annotations.NullMarked;
