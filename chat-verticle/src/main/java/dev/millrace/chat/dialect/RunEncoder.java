package dev.millrace.chat.dialect;

import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent;

/**
 * A run in the words of one protocol: fed the run's events from the first on, it gives frames. It remembers what it has
 * opened and so must close. It knows no clock, no log and no socket: the same events give the same frames.
 */
public interface RunEncoder {

    /** What there is to say of the run's next event. */
    void tell(RunEvent event, Frames out);

    /** The events so far were for catching up, and nothing was said of them: where this reader begins. */
    void join(Frames out);

    /** A word for this reader alone: a gap, or a warning. */
    void tell(Notice notice, Frames out);

    /** Whether the protocol ends an answer here: the run waits for its person, who answers with another request. */
    boolean isOver();
}
