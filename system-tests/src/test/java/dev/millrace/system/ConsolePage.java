package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The console in a tab, as a person uses it: by what is written on it. Everything it complains about is kept. */
final class ConsolePage {

    /** Pixels; wide enough for all three columns. */
    private static final int WIDE = 1440;

    private static final Path SHOTS = Path.of("target", "screenshots");

    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private ConsolePage(Page page) {
        this.page = page;
        page.setDefaultTimeout(30_000);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.type() + " " + message.text() + " " + message.location());
            }
        });
        page.onPageError(error -> complaints.add("uncaught " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(origin(page.url())) && !page.url().equals("about:blank")) {
                complaints.add("asks elsewhere: " + request.url());
            }
        });
    }

    private static String origin(String url) {
        return url.equals("about:blank") ? "" : url.substring(0, url.indexOf('/', "https://".length()));
    }

    /** A tab that is opened with a token in its address, as {@code serve} prints it. */
    static ConsolePage open(BrowserContext profile, String origin, String token) {
        ConsolePage console = new ConsolePage(profile.newPage());
        console.page.setViewportSize(WIDE, 900);
        console.page.navigate(origin + "/#token=" + token);
        return console.awaitLine("Live");
    }

    /** Another tab of the same browser, without a token. */
    ConsolePage secondTab(String path) {
        ConsolePage second = new ConsolePage(page.context().newPage());
        second.page.setViewportSize(WIDE, 900);
        second.page.navigate(origin(page.url()) + path);
        return second;
    }

    Page page() {
        return page;
    }

    String address() {
        return page.url();
    }

    ConsolePage ask(String question) {
        page.getByLabel("Your question").fill(question);
        page.keyboard().press("Enter");
        return this;
    }

    ConsolePage press(String button) {
        page.getByRole(com.microsoft.playwright.options.AriaRole.BUTTON, exactly(button))
                .first()
                .click();
        return this;
    }

    private static Page.GetByRoleOptions exactly(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    Locator answer() {
        return page.locator(".answer").last();
    }

    /** The answer on the page so far, without marks that the page has added. */
    String text() {
        return (String) answer().evaluate("answer => [...answer.querySelectorAll('.prose > :not(.added)')]"
                + ".map(piece => piece.textContent).join('')");
    }

    /** Waits until this much of the answer is there, and more is to come. */
    ConsolePage awaitText(int length) {
        page.waitForFunction(
                "length => [...document.querySelectorAll('.answer')].at(-1)?.querySelector('.prose').textContent.length >= length",
                length);
        assertEquals("true", answer().getAttribute("aria-busy"), "the answer still goes on");
        return this;
    }

    /** @param state as in the answer's {@code data-state} */
    ConsolePage awaitEnd(String state) {
        page.waitForFunction(
                "() => ['completed', 'cancelled', 'timeout', 'failed'].includes([...document.querySelectorAll('.answer')].at(-1)?.dataset.state)");
        assertEquals(state, answer().getAttribute("data-state"));
        return this;
    }

    ConsolePage awaitLine(String beginning) {
        page.waitForFunction("text => document.querySelector('#line-text').textContent.startsWith(text)", beginning);
        return this;
    }

    /** The conversation that the address names. */
    String session() {
        return page.url().substring(page.url().indexOf('#') + 1);
    }

    ConsolePage shot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SHOTS.resolve("console-" + name + ".png")));
        return this;
    }

    ConsolePage look(int width, int height, ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.setViewportSize(width, height);
        return this;
    }

    /** What axe-core finds serious or worse; empty is good. */
    List<?> barriers() {
        // Over the protocol, since the page itself lets no script in.
        page.evaluate(axe());
        return (List<?>) page.evaluate("async () => (await axe.run()).violations"
                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))");
    }

    private static String axe() {
        try (InputStream script = Objects.requireNonNull(
                com.deque.html.axecore.playwright.AxeBuilder.class.getResourceAsStream("/axe.min.js"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    CDPSession protocol() {
        return page.context().newCDPSession(page);
    }

    void assertNoComplaint() {
        assertEquals(List.of(), complaints);
    }
}
