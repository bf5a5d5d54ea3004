/** What any protocol of a front end must do: read a request, and tell a run in its own words. */
@NullMarked
package dev.millrace.chat.dialect;

import org.jspecify.annotations.NullMarked;
