/** The log, and the readers that are positions in it. */
@NullMarked
package dev.millrace.log;

import org.jspecify.annotations.NullMarked;
