/** What an agent is made of: a model, what it is asked and gives, what it finds and may do. */
@NullMarked
package dev.millrace.agent.model;

import org.jspecify.annotations.NullMarked;
