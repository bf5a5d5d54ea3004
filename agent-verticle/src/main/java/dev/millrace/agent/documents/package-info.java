/** A folder of documents, read, cut into passages and searchable. */
@NullMarked
package dev.millrace.agent.documents;

import org.jspecify.annotations.NullMarked;
