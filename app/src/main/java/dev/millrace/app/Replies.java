package dev.millrace.app;

import dev.millrace.run.OwnedId;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Has the person at the terminal answer what a run asks, and sends it. On the client's event loop. */
final class Replies {

    private static final int ATTEMPTS = 5;
    private static final long BACKOFF_MILLIS = 500;

    private final Remote server;
    private final Person person;
    private final AnswerView view;
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    /** Reading a line cannot be interrupted, so its thread must not keep the process alive. */
    private final ExecutorService terminal = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "terminal");
        thread.setDaemon(true);
        return thread;
    });

    Replies(Remote server, Person person, AnswerView view) {
        this.server = server;
        this.person = person;
        this.view = view;
    }

    /** @param status the details of a {@code status} of the run */
    void hear(String run, JsonObject status) {
        String request = status.getString("request");
        if (request == null) {
            return;
        }
        if (status.getString("step").equals("steered")) {
            open.remove(request);
        } else if (open.add(request)) {
            Context loop = server.vertx().getOrCreateContext();
            terminal.execute(() -> ask(run, status, loop));
        }
    }

    private void ask(String run, JsonObject request, Context loop) {
        if (!open.contains(request.getString("request"))) {
            return;
        }
        Optional<JsonObject> answer;
        try {
            answer = person.answer(request);
        } catch (IOException e) {
            return; // as when it has ended: somebody else may answer
        }
        answer.ifPresent(said -> {
            JsonObject input =
                    said.put("input", "cli_" + OwnedId.randomText()).put("request", request.getString("request"));
            loop.runOnContext(go -> send(run, input, ATTEMPTS));
        });
    }

    /** The same input again is the same, so it is sent until somebody has answered. */
    private void send(String run, JsonObject input, int attempts) {
        if (!open.contains(input.getString("request"))) {
            return; // somebody else was faster
        }
        server.json(
                        HttpMethod.POST,
                        "/api/chat/" + run + "/input",
                        Map.of("Content-Type", "application/json"),
                        input.toBuffer())
                .onFailure(cause -> {
                    if (cause instanceof Remote.Refused || attempts == 1) {
                        view.refused(String.valueOf(cause.getMessage()));
                    } else {
                        server.vertx().timer(BACKOFF_MILLIS).onSuccess(waited -> send(run, input, attempts - 1));
                    }
                });
    }
}
