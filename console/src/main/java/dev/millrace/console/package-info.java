/** The page that people see at the address of a server. */
@NullMarked
package dev.millrace.console;

import org.jspecify.annotations.NullMarked;
