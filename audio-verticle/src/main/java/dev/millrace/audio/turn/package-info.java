/** Whose turn it is, and how far the agent's speech has come: plain state, fed with frames and with the time. */
@NullMarked
package dev.millrace.audio.turn;

import org.jspecify.annotations.NullMarked;
