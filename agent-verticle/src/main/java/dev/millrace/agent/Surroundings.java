package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.feed.Happenings;
import dev.millrace.log.StreamLog;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;

/**
 * What an agent finds where it works, which is the same for all its runs.
 *
 * @param tag of this process, in the ids of the runs that it begins
 * @param told the feeds of the tenants
 * @param register where the agent writes down which runs it has open
 */
record Surroundings(Clock clock, StreamLog log, String tag, Happenings told, LostRuns lostRuns, Register register) {}
