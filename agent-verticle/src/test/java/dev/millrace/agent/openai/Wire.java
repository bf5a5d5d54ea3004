package dev.millrace.agent.openai;

/** What servers send, piece by piece. */
public final class Wire {

    public static final String DONE = "data: [DONE]\n\n";
    public static final String STOP = finish("stop");
    public static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":12,\"total_tokens\":21}}\n\n";

    private Wire() {}

    public static String data(String json) {
        return "data: " + json + "\n\n";
    }

    /** A chunk with this delta. */
    public static String delta(String delta) {
        return data("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}],\"usage\":null}");
    }

    public static String say(String text) {
        return delta("{\"content\":\"" + text + "\"}");
    }

    public static String finish(String reason) {
        return data("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
    }

    /** A fragment of a tool call. */
    public static String call(String fragment) {
        return delta("{\"tool_calls\":[" + fragment + "]}");
    }

    /** An answer as by the book, with this text. */
    public static String answer(String text) {
        return delta("{\"role\":\"assistant\",\"content\":\"\"}") + say(text) + STOP + USAGE + DONE;
    }
}
