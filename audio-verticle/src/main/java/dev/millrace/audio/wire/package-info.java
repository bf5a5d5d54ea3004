/** The protocol audio.v1 as bytes and JSON: no socket, no clock. */
@NullMarked
package dev.millrace.audio.wire;

import org.jspecify.annotations.NullMarked;
