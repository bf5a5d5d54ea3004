package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page at {@code /}, in a real Chromium, with an agent that takes its time. */
@Timeout(180)
class ConsoleTest {

    @TempDir
    static Path folder;

    private static Server server;
    private static Browser browser;

    private BrowserContext profile;
    private SseClient ada;
    private ConsolePage console;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        server = Server.start(folder, "--token-pace", "30");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    /** Somebody new each time, whose list of conversations is empty. */
    @BeforeEach
    void open() {
        profile = browser.profile();
        ada = server.client("ada-" + System.nanoTime());
        console = ConsolePage.open(profile, "http://127.0.0.1:" + server.port(), ada.token());
    }

    @AfterEach
    void close() {
        console.assertNoComplaint();
        profile.close();
    }

    /** What the page shows is what the log has, to the last character. */
    private void assertWhole(ConsolePage page) {
        JsonObject last = messages().get(1);
        SseStream run = ada.watch("/api/chat/" + last.getString("run")).awaitEnd();
        assertEquals(run.text(), page.text());
        assertTrue(SseStream.matches(run.done(), page.text()));
        page.answer().getByText("checked").waitFor();
    }

    private List<JsonObject> messages() {
        Server.eventually("the answer in its conversation", () -> read().size() == 2);
        return read();
    }

    private List<JsonObject> read() {
        return ada.get("/api/chat/sessions/" + console.session()).json().getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    @Test
    void theTokenIsTakenOutOfTheAddressBeforeAnythingElseHappens() {
        assertEquals("http://127.0.0.1:" + server.port() + "/", console.address());
        assertEquals(
                "0", String.valueOf(console.page().evaluate("() => localStorage.length + document.cookie.length")));
    }

    @Test
    void anAnswerIsWatchedAsItIsWrittenAndLeadsToItsSources() {
        console.look(1440, 900, ColorScheme.LIGHT).shot("welcome-desktop-light");
        console.ask(Library.WHEEL).awaitText(100);
        int early = console.text().length();
        console.shot("writing-desktop-light").awaitText(early + 20).awaitEnd("completed");
        assertWhole(console);
        assertEquals(
                console.text(),
                String.join("", console.answer().locator(".prose").allTextContents()),
                "the text names its sources itself");

        console.answer().locator(".source").first().click();
        Locator pointed = console.answer().locator(".prose .pointed").first();
        JsonObject citation = messages().get(1).getJsonArray("citations").getJsonObject(0);
        assertEquals(
                console.text().substring(citation.getInteger("start"), citation.getInteger("end")),
                String.join("", console.answer().locator(".prose .pointed").allTextContents()));
        assertTrue(pointed.isVisible());
        console.answer().locator(".mark").first().click();
        assertEquals(
                citation.getInteger("n").toString(),
                console.page().evaluate("() => document.activeElement.closest('li').dataset.n"));
        console.page().locator("#artifacts .pointed").waitFor();
        console.shot("answered-desktop-light");
    }

    @Test
    void anAnswerThatIsStoppedKeepsItsText() {
        console.ask(Library.WHEEL).awaitText(60).press("Stop").awaitEnd("cancelled");
        assertWhole(console);
    }

    @Test
    void anAnswerWhoseLineIsCutGoesOnAndIsTheSameText() {
        console.ask(Library.WHEEL).awaitText(60).press("Cut the line").awaitLine("Cut; back in");
        console.shot("cut-desktop-light").awaitLine("Live, resumed at event").awaitEnd("completed");
        assertWhole(console);
    }

    @Test
    void aReloadInTheMiddleOfAnAnswerShowsAllOfItAndTheRest() {
        console.ask(Library.WHEEL).awaitText(60);
        console.page().reload();
        console.awaitText(60).awaitEnd("completed");
        assertWhole(console);
        assertEquals(1, console.page().locator(".question").count());
    }

    @Test
    void aSecondTabNeedsNoTokenAndFollowsLiveWhatTheFirstAsks() {
        console.ask(Library.SLUICE).awaitEnd("completed");
        ConsolePage second = console.secondTab("/#" + console.session()).awaitLine("Live");
        second.awaitEnd("completed");
        assertEquals(console.text(), second.text());
        console.ask(Library.WHEEL).awaitText(60);
        second.awaitText(60).awaitEnd("completed");
        console.awaitEnd("completed");
        assertEquals(console.text(), second.text());
        assertEquals(
                List.of(Library.SLUICE, Library.WHEEL),
                second.page().locator(".question").allTextContents());
        second.assertNoComplaint();
    }

    @Test
    void aReaderWhoScrollsAwayIsLeftWhereHeIs() {
        console.look(1200, 420, ColorScheme.LIGHT).ask(Library.WHEEL).awaitText(400);
        console.page().locator("#scroll").hover();
        console.page().mouse().wheel(0, -400);
        console.page().waitForFunction("() => document.querySelector('#scroll').scrollTop === 0");
        console.awaitText(console.text().length() + 100);
        assertEquals(0, console.page().evaluate("() => document.querySelector('#scroll').scrollTop"));
        console.press("New text below").awaitEnd("completed");
        assertEquals(
                true,
                console.page()
                        .evaluate("() => { const s = document.querySelector('#scroll');"
                                + " return s.scrollHeight - s.scrollTop - s.clientHeight < 2; }"));
    }

    @Test
    void theFeedIsShownThroughAFilter() {
        console.page()
                .getByText("Events", new com.microsoft.playwright.Page.GetByTextOptions().setExact(true))
                .click();
        console.page().getByLabel("Type").fill("dev.millrace.run.*.v1");
        console.press("Watch");
        console.page().getByText("Watching:").waitFor();
        console.ask(Library.SLUICE).awaitEnd("completed");
        console.page().locator("#feed li").nth(1).waitFor();
        List<String> types = console.page().locator("#feed .type").allTextContents();
        assertEquals(List.of("dev.millrace.run.completed.v1", "dev.millrace.run.started.v1"), types);
        console.look(1440, 900, ColorScheme.DARK).shot("events-desktop-dark");
        assertEquals(List.of(), console.barriers());
    }

    @Test
    void aRunOfAnotherDeviceIsSeenStoppedAndOpened() {
        console.page()
                .getByText("Runs", new com.microsoft.playwright.Page.GetByTextOptions().setExact(true))
                .click();
        console.page().getByText("Nothing was asked").waitFor();
        SseStream elsewhere = ada.ask(Library.WHEEL);
        console.page().getByText("answers").waitFor();
        console.page().locator("#runs").getByText("Stop").click();
        assertEquals("cancelled", elsewhere.done().getString("status"));
        console.page().getByText("stopped").waitFor();
        assertEquals(
                List.of(),
                console.look(1440, 900, ColorScheme.LIGHT)
                        .shot("runs-desktop-light")
                        .barriers());
        console.page().getByText("stopped").click();
        console.awaitEnd("cancelled");
        assertEquals(elsewhere.text(), console.text());
    }

    @Test
    void aConversationIsFoundInTheListAndErasedAfterASecondPress() {
        console.ask(Library.SLUICE).awaitEnd("completed");
        String first = console.session();
        console.press("New conversation").ask(Library.LANTERNS).awaitEnd("completed");
        console.page()
                .locator(".session", new com.microsoft.playwright.Page.LocatorOptions().setHasText("sluice"))
                .click();
        console.awaitEnd("completed");
        assertEquals(first, console.session());
        console.press("What was found");
        console.page().locator("#artifacts .passages li").first().waitFor();
        Locator erase = console.page().locator("li:has([aria-current]) .erase");
        erase.click();
        assertEquals(2, console.page().locator(".session").count());
        erase.click();
        Server.eventually(
                "the list without it", () -> console.page().locator(".session").count() == 1);
        assertEquals(404, ada.get("/api/chat/sessions/" + first).status());
    }

    @Test
    void isUsableOnAPhoneAndInTheDarkWithoutBarriers() {
        console.ask(Library.LANTERNS).awaitText(60);
        console.look(390, 844, ColorScheme.LIGHT).shot("writing-phone-light");
        console.awaitEnd("completed");
        assertFalse(
                (Boolean) console.page().evaluate("() => document.documentElement.scrollWidth > innerWidth"),
                "nothing sticks out at the side");
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            String name = scheme.name().toLowerCase(java.util.Locale.ROOT);
            assertEquals(
                    List.of(),
                    console.look(390, 844, scheme)
                            .shot("answered-phone-" + name)
                            .barriers());
            console.press("Conversations").page().locator("#sessions.open").waitFor();
            assertEquals(List.of(), console.barriers());
            console.page().keyboard().press("Escape");
            console.press("Sources, events and voice")
                    .page()
                    .locator("#beside.open")
                    .waitFor();
            assertEquals(List.of(), console.shot("beside-phone-" + name).barriers());
            console.page().keyboard().press("Escape");
            assertEquals(
                    List.of(),
                    console.look(1440, 900, scheme)
                            .shot("answered-desktop-" + name)
                            .barriers());
        }
    }

    @Test
    void everythingCanBeDoneWithTheKeyboard() {
        console.page().keyboard().press("Tab");
        assertEquals("Skip to the question", console.page().evaluate("() => document.activeElement.textContent"));
        console.page().keyboard().press("Enter");
        console.page().keyboard().type(Library.WHEEL);
        console.page().keyboard().press("Enter");
        console.awaitText(30);
        for (int i = 0; i < 3 && !focused().equals("stop"); i++) {
            console.page().keyboard().press("Tab");
        }
        assertEquals("stop", focused());
        console.page().keyboard().press("Enter");
        console.awaitEnd("cancelled");
        console.page().keyboard().press("/");
        assertEquals("question", focused());
    }

    private String focused() {
        return (String) console.page().evaluate("() => document.activeElement.id");
    }
}
