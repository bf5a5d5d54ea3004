/** What a JSON value is, in words for people, and how Vert.x reads one. */
@NullMarked
package dev.millrace.json;

import org.jspecify.annotations.NullMarked;
