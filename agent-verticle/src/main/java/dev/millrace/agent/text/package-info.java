/** The words and the sentences of a text, as documents and questions share them. */
@NullMarked
package dev.millrace.agent.text;

import org.jspecify.annotations.NullMarked;
