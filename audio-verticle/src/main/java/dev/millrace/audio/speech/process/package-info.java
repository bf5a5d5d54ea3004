/** Voices that are programs of this machine, one process for each sentence. */
@NullMarked
package dev.millrace.audio.speech.process;

import org.jspecify.annotations.NullMarked;
