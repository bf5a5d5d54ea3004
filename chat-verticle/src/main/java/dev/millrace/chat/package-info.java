/** The chat route: questions up, answers down. */
@NullMarked
package dev.millrace.chat;

import org.jspecify.annotations.NullMarked;
