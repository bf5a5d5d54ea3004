/** Who is calling, and what they may do. */
@NullMarked
package dev.millrace.auth;

import org.jspecify.annotations.NullMarked;
