/** The UI message stream of the Vercel AI SDK: what {@code useChat} sends and reads. */
@NullMarked
package dev.millrace.chat.aisdk;

import org.jspecify.annotations.NullMarked;
