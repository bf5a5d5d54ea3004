package dev.millrace.launch;

import dev.millrace.auth.Tickets;
import dev.millrace.feed.Happenings;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.log.StreamLog;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;
import dev.millrace.run.Agents;
import dev.millrace.sse.Heartbeats;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * What a process has for the verticles it runs.
 *
 * @param tag stands for this node in the ids of the runs it writes
 * @param register where an agent of this process writes down which runs it has open
 * @param tickets empty where there is no secret that every node of a cluster has: with RS256 keys alone
 */
public record Services(
        Vertx vertx,
        StreamLog log,
        String tag,
        Agents agents,
        LostRuns lostRuns,
        Register register,
        Edge edge,
        Credentials credentials,
        Heartbeats heartbeats,
        Optional<Tickets> tickets,
        Happenings happenings) {}
