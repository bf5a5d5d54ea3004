package dev.millrace.rescue;

import dev.millrace.log.StreamLog;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/** Where an agent writes down which runs it has open, for those who end them when it no longer can. */
public interface Register {

    /** For a log that is gone with its process: there is nobody left to read it. */
    Register NONE = new Register() {
        @Override
        public Future<Void> open() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> begun(String run, Owner owner) {
            return Future.succeededFuture();
        }

        @Override
        public void over(String run) {}

        @Override
        public Future<Void> withdraw(String run) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Map<String, Owner>> elsewhere() {
            return Future.succeededFuture(Map.of());
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    };

    /** For a log that others read too. On the agent's thread. */
    static Register shared(Vertx vertx, StreamLog log, String tag) {
        return new SharedRegister(vertx, log, tag);
    }

    /** The agent lives from here on. */
    Future<Void> open();

    /** Done when the run stands in the register; before that nothing of it may be written anywhere else. */
    Future<Void> begun(String run, Owner owner);

    /** The run has had its last word, or was never begun. */
    void over(String run);

    /** The run does not begin after all. Done when the register is without it. */
    Future<Void> withdraw(String run);

    /**
     * The runs that other agents have open, with their owners. All are there that were begun before this was asked for;
     * some may be over by now, for up to a second, and those of a dead agent stay until somebody has ended them.
     */
    Future<Map<String, Owner>> elsewhere();

    /** The agent goes in order. Runs that are still open are left to the others. */
    Future<Void> close();
}
