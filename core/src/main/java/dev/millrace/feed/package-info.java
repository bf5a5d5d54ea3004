/** Feeds: CloudEvents that are published once, read through filters, and consumed from a place that is remembered. */
@NullMarked
package dev.millrace.feed;

import org.jspecify.annotations.NullMarked;
