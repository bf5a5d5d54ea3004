package dev.millrace.agent;

import java.time.Duration;

/**
 * What an agent takes on.
 *
 * @param maxRuns runs at once, queued ones too
 * @param runTimeout longest time a run may work; a request may ask for less
 * @param detachGrace how long a run goes on while nobody watches
 * @param inputTimeout how long a run waits for a person
 * @param historyTokens how much of what was said before a question a model reads
 * @param runsOfSubject runs that one subject may have open, over all agents; 0 for any number
 * @param runsOfTenant the same for all subjects of a tenant
 */
record Limits(
        int maxRuns,
        Duration runTimeout,
        Duration detachGrace,
        Duration inputTimeout,
        int historyTokens,
        int runsOfSubject,
        int runsOfTenant) {}
