package dev.millrace.agent.model;

/** The server of a tool is not there. Its message is for the model. */
public final class ToolServerDown extends RuntimeException {

    private final String server;

    public ToolServerDown(String server) {
        super("The tool server '" + server + "' is not available.", null, false, false);
        this.server = server;
    }

    public String server() {
        return server;
    }
}
