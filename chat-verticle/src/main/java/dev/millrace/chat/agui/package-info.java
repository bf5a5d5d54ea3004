/** AG-UI: what an {@code HttpAgent} sends and reads. */
@NullMarked
package dev.millrace.chat.agui;

import org.jspecify.annotations.NullMarked;
