package dev.millrace.agent.model;

/** The model turns out to be one that cannot call tools: it is to be asked again, without them. */
public final class ToolsRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ToolsRefused() {
        super("the model cannot call tools", null, false, false);
    }
}
