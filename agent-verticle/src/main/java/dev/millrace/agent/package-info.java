/** The agent: it takes runs, and appends what happens in them. */
@NullMarked
package dev.millrace.agent;

import org.jspecify.annotations.NullMarked;
