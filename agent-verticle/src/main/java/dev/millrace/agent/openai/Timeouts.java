package dev.millrace.agent.openai;

import java.time.Duration;

/**
 * How long an upstream may keep us waiting.
 *
 * @param connect until there is a connection
 * @param firstToken from the question to the first piece of the answer: the queue, loading the model, reading the prompt.
 *     Signs of life do not make it longer
 * @param idle from one byte to the next once the answer has begun. With signs of life alone, without a piece of the
 *     answer, it goes on no longer than {@code firstToken}
 */
public record Timeouts(Duration connect, Duration firstToken, Duration idle) {}
