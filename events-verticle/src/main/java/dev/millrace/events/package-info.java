/** The events route: feeds of CloudEvents. */
@NullMarked
package dev.millrace.events;

import org.jspecify.annotations.NullMarked;
