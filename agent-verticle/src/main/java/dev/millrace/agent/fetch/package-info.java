/** Reading a page of the web for a model, without letting the model reach what stands behind our own walls. */
@NullMarked
package dev.millrace.agent.fetch;

import org.jspecify.annotations.NullMarked;
