/** How a run ends in its conversation, and who ends it when its agent no longer can. */
@NullMarked
package dev.millrace.rescue;

import org.jspecify.annotations.NullMarked;
