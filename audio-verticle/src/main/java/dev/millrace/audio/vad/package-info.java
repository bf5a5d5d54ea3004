/** Whether somebody speaks: decided frame by frame, counted in samples, without a clock. */
@NullMarked
package dev.millrace.audio.vad;

import org.jspecify.annotations.NullMarked;
