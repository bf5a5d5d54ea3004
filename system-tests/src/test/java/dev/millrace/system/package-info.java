/** The whole thing, used from outside: real ports, exact bytes, no sleeping. */
@NullMarked
package dev.millrace.system;

import org.jspecify.annotations.NullMarked;
