package dev.millrace.agent.time;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so, on the test's own thread. */
public final class HandClock implements Clock {

    private static final long BEGINNING = 1_795_165_913_000L;

    private final List<Due> due = new ArrayList<>();
    private long now = BEGINNING;

    private record Due(long at, Runnable ring) {}

    @Override
    public long millis() {
        return now;
    }

    @Override
    public Bell in(long millis, Runnable ring) {
        if (millis < 1) {
            throw new IllegalArgumentException("a timer takes 1 ms or more: " + millis);
        }
        Due bell = new Due(now + millis, ring);
        due.add(bell);
        return () -> due.removeIf(each -> each == bell);
    }

    /** Lets time pass, and rings what is due in its order, each at its time. */
    public void pass(long millis) {
        long until = now + millis;
        while (true) {
            Due next = due.stream().min(Comparator.comparingLong(Due::at)).orElse(null);
            if (next == null || next.at() > until) {
                break;
            }
            due.remove(next);
            now = next.at();
            next.ring().run();
        }
        now = until;
    }

    /** How many will ring. */
    public int bells() {
        return due.size();
    }

    /** Since the beginning. */
    public static long since(long millis) {
        return millis - BEGINNING;
    }
}
