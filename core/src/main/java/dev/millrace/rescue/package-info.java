/** Ends what its agent can no longer end. */
@NullMarked
package dev.millrace.rescue;

import org.jspecify.annotations.NullMarked;
