package dev.millrace.log.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/** A script, the stream it is asked about, and its arguments: text, numbers and buffers. */
record Question(Script script, Keys keys, List<Object> arguments) {

    /** By the name of the script: what Redis has usually seen. */
    Request brief() {
        return request(Command.EVALSHA, script.sha());
    }

    /** With the script itself: what a Redis is asked that was started anew and has forgotten. */
    Request whole() {
        return request(Command.EVAL, script.text());
    }

    private Request request(Command command, String script) {
        List<Object> all = new ArrayList<>(arguments.size() + 4);
        all.add(script);
        all.add(2);
        all.add(keys.stream());
        all.add(keys.ledger());
        all.addAll(arguments);
        return Request.cmd(command, all.toArray());
    }
}
