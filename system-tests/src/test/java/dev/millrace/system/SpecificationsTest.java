package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.sse.SseEvent;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/openapi.yaml} and {@code docs/asyncapi.yaml} say what the program does, no less and no more. */
@Timeout(120)
final class SpecificationsTest {

    private static final Path OPENAPI = Project.file("docs/openapi.yaml");
    private static final Path ASYNCAPI = Project.file("docs/asyncapi.yaml");
    private static final Set<String> METHODS = Set.of("get", "head", "post", "put", "patch", "delete");
    private static final Pattern ROUTE = Pattern.compile("\"(/(?:api|health|metrics)[^\" ]*)\"");
    private static final Pattern HAPPENING = Pattern.compile("\"((?:session|run|audio|node)\\.[a-z.]+)\"");
    private static final Pattern AUDIO_FROM_US = Pattern.compile("(?:ServerMessage\\.of|message)\\(\"([a-z_.]+)\"\\)");
    private static final Pattern AUDIO_TO_US = Pattern.compile("Map\\.entry\\(\\s*\"([a-z.]+)\"");
    private static final Pattern TYPE = Pattern.compile("TYPE = \"([a-z]+)\"");

    /** Ends the record of a voice session in the log, and is not sent. */
    private static final Set<String> NOT_ON_THE_WIRE = Set.of("done");

    @TempDir
    static Path folder;

    private static JsonObject openapi;
    private static JsonObject asyncapi;
    private static Server server;
    private static SseClient ada;

    /** What the program answered and sent, for the schemas to judge. */
    private final List<JsonObject> seen = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        openapi = yaml(OPENAPI);
        asyncapi = yaml(ASYNCAPI);
        server = Server.start(folder);
        ada = server.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @SuppressWarnings("unchecked")
    private static JsonObject yaml(Path file) throws IOException {
        return new JsonObject((Map<String, Object>) Serialization.unmarshal(Files.readString(file), Map.class));
    }

    // ---- the same on both sides ----------------------------------------------------------------------------------

    @Test
    void everyRouteOfTheProgramIsInOpenApiAndTheOtherWayRound() {
        Set<String> written = openapi.getJsonObject("paths").fieldNames().stream()
                .map(SpecificationsTest::nameless)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> ours = sources(
                        "core/src/main",
                        "chat-verticle/src/main",
                        "events-verticle/src/main",
                        "audio-verticle/src/main")
                .flatMap(source -> found(ROUTE, source))
                .filter(path -> !path.endsWith("/"))
                .map(SpecificationsTest::nameless)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(written, ours);
    }

    /** A path whatever its parameters are called. */
    private static String nameless(String path) {
        return path.replaceAll("\\{[^}]*}|:[a-z]+", "{}");
    }

    @Test
    void everyMethodOfEveryRouteIsInOpenApiAndTheOtherWayRound() throws Exception {
        Map<String, Set<String>> written = new TreeMap<>();
        Map<String, Set<String>> ours = new TreeMap<>();
        for (String path : openapi.getJsonObject("paths").fieldNames()) {
            JsonObject operations = openapi.getJsonObject("paths").getJsonObject(path);
            written.put(
                    path,
                    operations.fieldNames().stream()
                            .filter(METHODS::contains)
                            .map(name -> name.toUpperCase(Locale.ROOT))
                            .collect(Collectors.toCollection(TreeSet::new)));
            ours.put(path, allowed(path));
        }
        assertEquals(written, ours);
    }

    /** As the server says to a method that no path has. */
    private static Set<String> allowed(String path) {
        String real = path.replaceAll("\\{[^}]*}", "x");
        SseClient who = path.startsWith("/health") ? ada.at(server.gateway().managementPort()) : ada;
        SseClient.Reply reply = who.call(HttpMethod.valueOf("PROPFIND"), real, null);
        assertEquals(405, reply.status(), path);
        return new TreeSet<>(List.of(reply.headers().get("Allow").split(", ")));
    }

    @Test
    void everyEventOfARunIsInAsyncApiAndTheOtherWayRound() {
        Set<String> ours = sources("core/src/main/java/dev/millrace/event/RunEvent.java")
                .flatMap(source -> found(TYPE, source))
                .collect(Collectors.toCollection(TreeSet::new));
        ours.addAll(Set.of(Entry.LAST_WORD, "gap", "reset"));
        assertEquals(ours, names("run"));
    }

    @Test
    void everyHappeningIsInAsyncApiAndTheOtherWayRound() {
        Set<String> ours = sources("core/src/main/java/dev/millrace/feed/Happenings.java")
                .flatMap(source -> found(HAPPENING, source))
                .map(name -> "dev.millrace." + name + ".v1")
                .collect(Collectors.toCollection(TreeSet::new));
        ours.addAll(Set.of("*", "gap", "reset", "warning", "expiring", "draining"));
        assertEquals(ours, names("feed"));
    }

    @Test
    void everyMessageOfAVoiceSessionIsInAsyncApiAndTheOtherWayRound() {
        Set<String> ours = sources("audio-verticle/src/main")
                .flatMap(source -> Stream.concat(found(AUDIO_FROM_US, source), found(AUDIO_TO_US, source)))
                .filter(name -> !NOT_ON_THE_WIRE.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        ours.addAll(Set.of("frame", "error"));
        assertEquals(ours, names("audio"));
    }

    private static Set<String> names(String channel) {
        return asyncapi.getJsonObject("channels").getJsonObject(channel).getJsonObject("messages").stream()
                .map(entry -> ((JsonObject) entry.getValue()).getString("$ref"))
                .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
                .map(key -> asyncapi.getJsonObject("components")
                        .getJsonObject("messages")
                        .getJsonObject(key)
                        .getString("name"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // ---- what it really says -------------------------------------------------------------------------------------

    @Test
    void bothAreValidAndEveryAnswerIsAsWritten() throws Exception {
        SseStream run = ada.ask(new JsonObject()
                        .put("message", Library.WHEEL)
                        .put("metadata", new JsonObject().put("ticket", "M-7")))
                .awaitEnd();
        run.events().forEach(event -> sent("run", event));
        answers(run);
        problems();
        SseStream feed = ada.watch("/api/events?feed=main&from=earliest").awaitEvents(4);
        feed.events().forEach(event -> sent("feed", event));
        feed.leave();
        assertTrue(seen.size() > 40, () -> "there is something to judge: " + seen.size());
        assertEquals("", judged());
    }

    private void answers(SseStream run) {
        String session = "/api/chat/sessions/" + run.session();
        ask("/api/chat/runs", "get", "/api/chat/runs?state=completed&limit=1", null);
        ask("/api/chat/sessions", "get", "/api/chat/sessions?limit=1", null);
        ask("/api/chat/sessions/{session}", "get", session, null);
        ask("/api/chat/sessions/{session}", "patch", session, new JsonObject().put("title", "Wheels"));
        ask("/api/chat/{run}", "delete", "/api/chat/" + run.run(), null);
        ask("/api/chat/{chat}/stop", "post", "/api/chat/" + run.session() + "/stop", new JsonObject());
        ask("/api/chat/{chat}/stream", "get", "/api/chat/nothing-here/stream", null);
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", "1")
                .put("source", "/tests")
                .put("type", "com.example.seen.v1");
        String feed = "/api/events?feed=written";
        seen("/api/events", "post", ada.post(feed, "application/cloudevents+json", event));
        seen(
                "/api/events",
                "post",
                ada.call(
                        HttpMethod.POST,
                        feed,
                        new JsonArray().add(event).add(new JsonObject()).toBuffer(),
                        "Content-Type",
                        "application/cloudevents-batch+json"));
        ask("/api/events/feeds/{feed}", "get", "/api/events/feeds/written", null);
        ask("/api/events/ticket", "post", "/api/events/ticket?feed=written", null);
        String id = ada.get("/api/events/feeds/written").json().getString("head");
        String consumer = "/api/events/consumers/billing?feed=written";
        ask("/api/events/consumers/{consumer}", "put", consumer, new JsonObject().put("id", id));
        ask("/api/events/consumers", "get", "/api/events/consumers", null);
        ask("/api/events/consumers/{consumer}", "delete", consumer, null);
        SseClient management = ada.at(server.gateway().managementPort());
        seen("/health/live", "get", management.get("/health/live"));
        seen("/health/ready", "get", management.get("/health/ready"));
        ask("/api/chat/sessions/{session}", "delete", session, null);
    }

    /** Every operation without a token, and then some more that are wrong. */
    private void problems() {
        SseClient nobody = server.clientWith("");
        openapi.getJsonObject("paths").forEach(path -> {
            if (path.getKey().startsWith("/api")) {
                ((JsonObject) path.getValue())
                        .fieldNames().stream()
                                .filter(METHODS::contains)
                                .forEach(method -> seen(
                                        path.getKey(),
                                        method,
                                        nobody.call(
                                                HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                                                path.getKey().replaceAll("\\{[^}]*}", "x"),
                                                null)));
            }
        });
        ask("/api/chat", "post", "/api/chat", new JsonObject().put("message", 7));
        ask(
                "/api/chat",
                "post",
                "/api/chat",
                new JsonObject().put("message", "x").put("session", "ses_x"));
        ask("/api/chat/{run}", "get", "/api/chat/run_x", null);
        ask("/api/chat/{run}", "delete", "/api/chat/run_x", null);
        ask(
                "/api/chat/{run}/input",
                "post",
                "/api/chat/run_x/input",
                new JsonObject().put("input", "1").put("text", "x"));
        ask("/api/chat/sessions/{session}", "get", "/api/chat/sessions/ses_x", null);
        ask("/api/events", "get", "/api/events?from=nowhere", null);
        ask("/api/events/consumers/{consumer}", "delete", "/api/events/consumers/nobody?feed=main", null);
    }

    private void ask(String path, String method, String real, @Nullable JsonObject body) {
        HttpMethod verb = HttpMethod.valueOf(method.toUpperCase(Locale.ROOT));
        seen(
                path,
                method,
                body == null
                        ? ada.call(verb, real, null)
                        : ada.call(verb, real, body.toBuffer(), "Content-Type", "application/json"));
    }

    private void seen(String path, String method, SseClient.Reply reply) {
        JsonObject answer =
                new JsonObject().put("path", path).put("method", method).put("status", reply.status());
        if (reply.body().length() > 0) {
            answer.put("type", reply.headers().get("Content-Type").replaceAll(";.*", ""))
                    .put("body", reply.json());
        }
        seen.add(answer);
    }

    private void sent(String channel, SseEvent event) {
        seen.add(new JsonObject()
                .put("channel", channel)
                .put("event", event.type())
                .put("body", new JsonObject(event.data())));
    }

    /** What is wrong, by the tools of both kinds of document. */
    private String judged() throws IOException {
        Path answers = Files.writeString(
                folder.resolve("seen.jsonl"),
                seen.stream().map(each -> each.encode() + "\n").collect(Collectors.joining()));
        return FrontEnd.run(answers, "specifications.mjs", OPENAPI.toString(), ASYNCAPI.toString());
    }

    // ---- the sources ---------------------------------------------------------------------------------------------

    private static Stream<String> sources(String... places) {
        return Stream.of(places).map(Project::file).flatMap(place -> {
            try (Stream<Path> files = Files.walk(place)) {
                return files
                        .filter(file -> file.toString().endsWith(".java"))
                        .map(SpecificationsTest::text)
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Stream<String> found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        List<String> all = new ArrayList<>();
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all.stream();
    }
}
