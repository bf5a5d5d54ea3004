package dev.millrace.chat.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a front end says to a run that has asked.
 *
 * @param session the conversation
 * @param message the answer that is to go on, as the client knows it; null for the newest
 * @param answers at least one
 * @param exchange a name that a repetition of the same reply has, and no other to the same request
 */
public record Reply(String session, @Nullable String message, List<Answer> answers, String exchange) {}
