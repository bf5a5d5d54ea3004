/** Engines that are reached over a network: over HTTP, and over a WebSocket. */
@NullMarked
package dev.millrace.audio.speech.remote;

import org.jspecify.annotations.NullMarked;
