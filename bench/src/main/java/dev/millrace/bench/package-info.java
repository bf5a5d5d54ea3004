/** Measures the program from outside: real processes, real sockets, figures with the machine they were taken on. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
