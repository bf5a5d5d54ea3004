/** Models behind a server that speaks as OpenAI's Chat Completions do, in the many ways that servers really speak it. */
@NullMarked
package dev.millrace.agent.openai;

import org.jspecify.annotations.NullMarked;
