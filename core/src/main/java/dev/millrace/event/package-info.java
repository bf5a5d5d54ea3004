/** What is written in a log: event ids, entries, and the seven events of a run. */
@NullMarked
package dev.millrace.event;

import org.jspecify.annotations.NullMarked;
