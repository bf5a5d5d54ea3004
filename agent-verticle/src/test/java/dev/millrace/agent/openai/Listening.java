package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.ModelFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Who reads an answer to its end and can tell what it heard, in one line. */
final class Listening {

    private final List<String> heard = new ArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    static Listening to(Generation generation) {
        Listening listening = new Listening();
        generation.exceptionHandler(listening::failed);
        generation.endHandler(end -> listening.over.complete(null));
        generation.handler(listening::heard);
        return listening;
    }

    private synchronized void heard(Delta delta) {
        if (delta instanceof Delta.Text text) {
            said("said ", text.text());
        } else if (delta instanceof Delta.Reasoning thought) {
            said("thought ", thought.text());
        } else if (delta instanceof Delta.ToolCall call) {
            heard.add("called " + call.name() + call.arguments() + " as "
                    + call.id().replaceFirst("call_[0-9a-f-]{36}", "one we named"));
        } else if (delta instanceof Delta.Caution caution) {
            heard.add("warned " + caution.code());
        } else if (delta instanceof Delta.Finish finish) {
            heard.add("finished " + finish.reason());
            heard.add((finish.usage().estimated() ? "about " : "")
                    + finish.usage().inputTokens() + "+" + finish.usage().outputTokens());
        }
        notifyAll();
    }

    /** Pieces in a row are one text: how it was cut shall make no difference. */
    private void said(String how, String text) {
        int last = heard.size() - 1;
        if (last >= 0 && heard.get(last).startsWith(how)) {
            heard.set(last, heard.get(last) + text);
        } else {
            heard.add(how + text);
        }
    }

    private synchronized void failed(Throwable cause) {
        heard.add(cause instanceof ModelFailure failure ? "failed " + failure.code() : String.valueOf(cause));
        message = String.valueOf(cause.getMessage());
        over.complete(null);
    }

    private String message = "";

    /** Waits until something with these words was heard. */
    synchronized Listening until(String words) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try {
            while (!String.join(", ", heard).contains(words)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("never heard '" + words + "' but: " + heard);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** All of it, once it is over. */
    String whole() {
        try {
            over.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not over: " + soFar(), e);
        }
        return soFar();
    }

    synchronized String soFar() {
        return String.join(", ", heard);
    }

    /** What the failure said. */
    String message() {
        whole();
        return message;
    }
}
