package dev.millrace.audio.session;

import dev.millrace.auth.Caller;
import dev.millrace.run.Owner;

/**
 * Which session it is, and whose.
 *
 * @param session {@code aud_} and 16 letters and digits
 */
record Identity(String session, Caller caller) {

    Owner owner() {
        return Owner.of(caller);
    }
}
