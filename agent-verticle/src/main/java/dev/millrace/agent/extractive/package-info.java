/** Answers with the documents' own sentences. */
@NullMarked
package dev.millrace.agent.extractive;

import org.jspecify.annotations.NullMarked;
