/** The HTTP edge: one server, credentials, limits, and errors for people. */
@NullMarked
package dev.millrace.http;

import org.jspecify.annotations.NullMarked;
