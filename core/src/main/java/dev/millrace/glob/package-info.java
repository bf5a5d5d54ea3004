/** Patterns over names, matched in linear time whatever they are. */
@NullMarked
package dev.millrace.glob;

import org.jspecify.annotations.NullMarked;
