package dev.millrace.chat;

import dev.millrace.launch.Serve;

/** The chat route as a process of its own. */
public final class ChatMain {

    private ChatMain() {}

    public static void main(String[] args) {
        Serve.main(args, new ChatRole());
    }
}
