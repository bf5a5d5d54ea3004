/** From a command line to a running process with the roles it was asked for. */
@NullMarked
package dev.millrace.launch;

import org.jspecify.annotations.NullMarked;
