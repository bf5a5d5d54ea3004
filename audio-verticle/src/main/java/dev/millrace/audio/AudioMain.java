package dev.millrace.audio;

import dev.millrace.launch.Serve;

/** The audio route as a process of its own. */
public final class AudioMain {

    private AudioMain() {}

    public static void main(String[] args) {
        Serve.main(args, new AudioRole());
    }
}
