/** The vocabulary of runs and conversations, as edges and agents share it. */
@NullMarked
package dev.millrace.run;

import org.jspecify.annotations.NullMarked;
