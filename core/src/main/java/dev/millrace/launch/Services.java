package dev.millrace.launch;

import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import dev.millrace.sse.Heartbeats;
import io.vertx.core.Vertx;

/** What a process has for the verticles it runs. */
public record Services(
        Vertx vertx, StreamLog log, Agents agents, Edge edge, Credentials credentials, Heartbeats heartbeats) {}
