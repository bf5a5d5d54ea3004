/** The audio route: a conversation by voice. */
@NullMarked
package dev.millrace.audio;

import org.jspecify.annotations.NullMarked;
