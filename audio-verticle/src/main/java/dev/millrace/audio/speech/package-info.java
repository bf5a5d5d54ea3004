/**
 * Speech to text and text to speech: what any engine must do, how an engine is found by its name, and the engines that
 * are reached over a network or are programs of this machine. This room knows no session and no socket of a client.
 */
@NullMarked
package dev.millrace.audio.speech;

import org.jspecify.annotations.NullMarked;
