package dev.millrace.agent;

import dev.millrace.launch.Serve;

/** The agent as a process of its own. */
public final class AgentMain {

    private AgentMain() {}

    public static void main(String[] args) {
        Serve.main(args, new AgentRole());
    }
}
