package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.chat.ChatRole;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How processes come together, and what they say meanwhile. */
@Timeout(120)
class JoiningTest {

    @TempDir
    Path folder;

    private Redis redis;
    private Fleet fleet;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    private static List<String> flags(String... flags) {
        return List.of(flags);
    }

    @Test
    void threeThatStartAtOnceFindEachOtherAndHaveNothingToSayOnStderr() throws Exception {
        Member agent = fleet.begin("agent");
        Member chat = fleet.begin("chat");
        Member events = fleet.begin("events");
        for (Member member : List.of(agent, chat, events)) {
            member.awaitReady();
        }
        SseClient ada = fleet.client(chat, "ada");
        Server.eventually("an answer of the agent", () -> {
            SseStream run = ada.ask(Library.WHEEL);
            return run.status() == 200 && run.done().getString("status").equals("completed");
        });
        for (Member member : List.of(events, chat, agent)) {
            assertEquals("", member.process().stderr());
        }
    }

    @Test
    void aMemberWithAnotherNameIsNotLetIn() throws Exception {
        fleet.start("agent");
        SseClient same = fleet.here(List.of(new ChatRole())).client("ada");
        assertEquals("completed", same.ask(Library.WHEEL).done().getString("status"));
        SseClient other =
                fleet.here(List.of(new ChatRole()), "--cluster-name", "another").client("ada");
        assertEquals("no_agent", other.ask(Library.WHEEL).problem().getString("code"));
    }

    /** Whoever reaches its port may join. */
    @Test
    void aMemberListensWhereItWasToldAndNowhereElse() throws Exception {
        String port = "" + Ports.free();
        try (CommandLineProcess member =
                serve(Map.of(), flags("--roles", "chat", "--port", "0", "--cluster-port", port))) {
            member.lineThatBegins("roles");
            new Socket("127.0.0.1", Integer.parseInt(port)).close();
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.2", Integer.parseInt(port)).close());
            refused(
                    "the cluster port " + port + " of 127.0.0.1 is taken: Address already in use",
                    "--cluster-port",
                    port);
        }
    }

    /** As the first pod of all is: the name has its own address, and no other. */
    @Test
    void whoIsAloneBehindADnsNameStartsAndHasNothingToSay() throws Exception {
        int port = Ports.free();
        Map<String, String> environment =
                Map.of("MILLRACE_CLUSTER_DNS", "localhost", "MILLRACE_CLUSTER_HOST", "127.0.0.1");
        try (CommandLineProcess alone = serve(
                environment,
                flags("--port", "" + port, "--cluster-port", "" + Ports.free(), "--bus-port", "" + Ports.free()))) {
            alone.lineThatBegins("roles");
            SseStream run = fleet.client(port, "ada").ask(Library.WHEEL);
            assertEquals("completed", run.done().getString("status"));
            assertEquals("", alone.stderr());
        }
    }

    @Test
    void whatCannotBeJoinedWithIsOneSentence() throws Exception {
        refused(
                "--cluster-dns and --cluster-members both say who the members are; use one of them",
                "--cluster-dns",
                "a",
                "--cluster-members",
                "b:1");
        refused(
                "the cluster host is 203.0.113.1, and no network interface of this machine has that address",
                "--cluster-host",
                "203.0.113.1");
        refused(
                "the cluster host is nowhere.invalid, and there is no such address",
                "--cluster-host",
                "nowhere.invalid");
        refused("--bus-port is 70000, and must be from 0 to 65535", "--bus-port", "70000");
        refused("--bus-port and --cluster-port are both 5701; each needs a port of its own", "--bus-port", "5701");
    }

    private void refused(String sentence, String... flags) throws Exception {
        try (CommandLineProcess process = serve(Map.of(), flags(flags))) {
            CommandLineProcess.Result result = process.result();
            assertEquals("millrace: " + sentence + "\n", result.err());
            assertEquals(2, result.exit());
        }
    }

    private CommandLineProcess serve(Map<String, String> environment, List<String> flags) throws Exception {
        List<String> args = new ArrayList<>(flags("serve", "--management-port", "0", "--redis", redis.url()));
        args.addAll(flags("--cluster", Project.file("cluster.xml").toString()));
        args.addAll(flags("--home", folder.resolve("home").toString()));
        args.addAll(flags("--docs", folder.resolve("docs").toString(), "--token-pace", "0"));
        args.addAll(flags);
        return CommandLineProcess.start(folder, environment, args.toArray(String[]::new));
    }
}
