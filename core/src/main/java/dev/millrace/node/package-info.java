/** One process of the system: its Vert.x, its log, and whether it is ready. */
@NullMarked
package dev.millrace.node;

import org.jspecify.annotations.NullMarked;
