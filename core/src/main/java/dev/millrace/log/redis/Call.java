package dev.millrace.log.redis;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A question under way, and how often it was sent: an answer to an earlier sending is nobody's. */
final class Call {

    final Question question;
    final Promise<Response> answer = Promise.promise();
    /** On {@link System#nanoTime}, as is the deadline. */
    final long askedAt;

    final long deadline;

    long sentAt;
    private int sendings;
    private boolean whole;

    Call(Question question, long askedAt, long patienceNanos) {
        this.question = question;
        this.askedAt = askedAt;
        this.deadline = askedAt + patienceNanos;
    }

    /** Returns the number of this sending. */
    int sending(long now) {
        sentAt = now;
        return ++sendings;
    }

    boolean isSending(int number) {
        return number == sendings;
    }

    /** From now on no answer to what was sent counts. */
    void forgetSendings() {
        sendings++;
    }

    void sendWhole() {
        whole = true;
    }

    Request request() {
        return whole ? question.whole() : question.brief();
    }

    boolean isOverdue(long now) {
        return now - deadline >= 0;
    }
}
