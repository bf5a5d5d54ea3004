/** Time, as something a test can move by hand. */
@NullMarked
package dev.millrace.agent.time;

import org.jspecify.annotations.NullMarked;
