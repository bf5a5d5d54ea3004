/** Leaving alone what has failed too often. */
@NullMarked
package dev.millrace.circuit;

import org.jspecify.annotations.NullMarked;
