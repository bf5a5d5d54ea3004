package dev.millrace.events;

import dev.millrace.launch.Serve;

/** The events route as a process of its own. */
public final class EventsMain {

    private EventsMain() {}

    public static void main(String[] args) {
        Serve.main(args, new EventsRole());
    }
}
