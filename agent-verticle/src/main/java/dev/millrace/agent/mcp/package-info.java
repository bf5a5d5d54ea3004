/** Tools of MCP servers: which servers there are, the connections to them, and what they offer and answer. */
@NullMarked
package dev.millrace.agent.mcp;

import org.jspecify.annotations.NullMarked;
