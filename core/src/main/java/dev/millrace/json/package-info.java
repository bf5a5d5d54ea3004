/** What a JSON value is, in words for people. */
@NullMarked
package dev.millrace.json;

import org.jspecify.annotations.NullMarked;
