package dev.millrace.app;

import dev.millrace.auth.Scope;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code events}: reads feeds, publishes to them, and says how far their consumers are. */
@Command(
        name = "events",
        description = "Reads feeds, publishes to them, and lists their consumers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Events.Tail.class, Events.Publish.class, Events.Consumers.class})
@SuppressWarnings("NullAway.Init") // picocli sets what it injects
final class Events implements Runnable {

    private static final String EVENTS = "/api/events";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "events needs one of: tail, publish, consumers");
    }

    /** What the three commands have in common. */
    @Command
    abstract static class Feeds implements Callable<Integer> {

        @Mixin
        RemoteOptions remote;

        @Option(names = "--json", description = "Prints lines of JSON, for programs.")
        boolean json;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Shows this.")
        boolean help;

        @Spec
        CommandSpec spec;

        PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    private static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** {@code events tail}. */
    @Command(name = "tail", description = "Shows the events of a feed as they come, until it is stopped.")
    static final class Tail extends Feeds {

        @Option(names = "--feed", paramLabel = "NAME", defaultValue = "main", description = "The feed.")
        private String feed;

        @Option(names = "--type", paramLabel = "GLOB", description = "Only types like this, such as 'com.example.**'.")
        private List<String> types = List.of();

        @Option(names = "--subject", paramLabel = "GLOB", description = "Only subjects like this, such as 'order/*'.")
        private List<String> subjects = List.of();

        @Option(names = "--from", paramLabel = "PLACE", description = "earliest, latest, or a time. latest unless set.")
        private @Nullable String from;

        @Option(names = "--after", paramLabel = "ID", defaultValue = "", description = "The last event seen before.")
        private String after;

        @Option(names = "--consumer", paramLabel = "NAME", description = "Begins after what this consumer committed.")
        private @Nullable String consumer;

        @Option(names = "--count", paramLabel = "N", description = "Ends after so many events.")
        private @Nullable Long count;

        @Override
        public Integer call() throws Exception {
            if (count != null && count < 1) {
                throw new Misuse("--count is " + count + ", and must be at least 1");
            }
            AnswerView view = json ? new JsonLines(out()) : new FeedScreen(out());
            long wanted = count == null ? Long.MAX_VALUE : count;
            remote.with(Scope.EVENTS_READ, server -> new FeedClient(server, path(), after, wanted, view).follow());
            return Program.OK;
        }

        private String path() {
            List<String> query = new ArrayList<>(List.of(parameter("feed", feed)));
            types.forEach(type -> query.add(parameter("type", type)));
            subjects.forEach(subject -> query.add(parameter("subject", subject)));
            if (from != null) {
                query.add(parameter("from", from));
            }
            if (consumer != null) {
                query.add(parameter("consumer", consumer));
            }
            return EVENTS + "?" + String.join("&", query);
        }
    }

    /** {@code events publish}. */
    @Command(name = "publish", description = "Publishes a CloudEvent, or a file of them, and prints where they stand.")
    static final class Publish extends Feeds {

        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A CloudEvent in JSON, or an array of them; '-' for the standard input.")
        private @Nullable String file;

        @Option(names = "--feed", paramLabel = "NAME", defaultValue = "main", description = "The feed.")
        private String feed;

        @Option(names = "--type", paramLabel = "TYPE", description = "Without a file: the type of the event.")
        private @Nullable String type;

        @Option(names = "--source", paramLabel = "URI", description = "Its source; /cli unless set.")
        private @Nullable String source;

        @Option(names = "--id", paramLabel = "ID", description = "Its id; a new one unless set.")
        private @Nullable String id;

        @Option(names = "--subject", paramLabel = "TEXT", description = "What it is about.")
        private @Nullable String subject;

        @Option(names = "--data", paramLabel = "JSON", description = "Its data.")
        private @Nullable String data;

        @Override
        public Integer call() throws Exception {
            Buffer body = body();
            boolean batch = body.toString().stripLeading().startsWith("[");
            String mediaType = batch ? "application/cloudevents-batch+json" : "application/cloudevents+json";
            JsonObject answer = remote.with(
                    Scope.EVENTS_PUBLISH,
                    server -> server.json(
                            HttpMethod.POST,
                            EVENTS + "?" + parameter("feed", feed),
                            Map.of("Content-Type", mediaType),
                            body));
            return show(answer.getJsonArray("results"));
        }

        private Buffer body() throws IOException {
            if ((file == null) == (type == null)) {
                throw new Misuse("name a FILE, or say what to publish with --type; one of the two");
            }
            if (file == null) {
                return event();
            }
            try {
                return Buffer.buffer(file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file)));
            } catch (IOException e) {
                throw new Misuse("the file " + file + " cannot be read");
            }
        }

        private Buffer event() {
            JsonObject event = new JsonObject()
                    .put("specversion", "1.0")
                    .put("id", id == null ? UUID.randomUUID().toString() : id)
                    .put("source", source == null ? "/cli" : source)
                    .put("type", type);
            if (subject != null) {
                event.put("subject", subject);
            }
            if (data != null) {
                event.put("datacontenttype", "application/json").put("data", parsed(data));
            }
            return event.toBuffer();
        }

        private static Object parsed(String data) {
            try {
                return Json.decodeValue(data);
            } catch (DecodeException e) {
                throw new Misuse("--data is not JSON; a text needs quotes of its own, like '\"text\"'");
            }
        }

        private int show(JsonArray results) {
            boolean refused = false;
            for (Object item : results) {
                JsonObject result = (JsonObject) item;
                refused |= result.containsKey("error");
                out().println(json ? result.encode() : line(result));
            }
            out().flush();
            return refused ? Program.FAILED : Program.OK;
        }

        private static String line(JsonObject result) {
            JsonObject error = result.getJsonObject("error");
            if (error != null) {
                return "refused  " + error.getString("code") + ": " + error.getString("detail");
            }
            return result.getString("id") + (result.getBoolean("duplicate") ? "  duplicate" : "");
        }
    }

    /** {@code events consumers}. */
    @Command(name = "consumers", description = "Lists named consumers, and how far each is behind.")
    static final class Consumers extends Feeds {

        @Override
        public Integer call() throws Exception {
            JsonArray consumers = remote.with(
                    Scope.EVENTS_READ, server -> server.json(HttpMethod.GET, EVENTS + "/consumers", Map.of(), null)
                            .map(answer -> answer.getJsonArray("consumers")));
            if (!json) {
                row("CONSUMER", "FEED", "COMMITTED", "HEAD", "BEHIND", "FOR", "BY");
            }
            for (Object item : consumers) {
                show((JsonObject) item);
            }
            out().flush();
            return Program.OK;
        }

        private void show(JsonObject consumer) {
            if (json) {
                out().println(consumer.encode());
                return;
            }
            Long events = consumer.getLong("lag_events");
            Long millis = consumer.getLong("lag_ms");
            row(
                    consumer.getString("consumer"),
                    consumer.getString("feed"),
                    consumer.getString("id"),
                    consumer.getString("head"),
                    events == null ? "lost" : events.toString(),
                    millis == null ? "-" : millis / 1000 + "s",
                    consumer.getString("committed_by"));
        }

        private void row(String... cells) {
            out().println("%-20s %-16s %-22s %-22s %8s %8s  %s"
                    .formatted((Object[]) cells)
                    .stripTrailing());
        }
    }
}
