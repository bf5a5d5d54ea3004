package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.millrace.app.voice.Wav;
import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page's voice panel: Chromium's microphone is a recording, which asks, and then talks over the answer. */
@Timeout(180)
class ConsoleVoiceTest {

    private static final int RATE = 16_000;
    private static final String QUESTION = "what is a gap";
    private static final String INTERRUPTION = "please stop talking now";

    @TempDir
    Path folder;

    @Test
    void aQuestionIsUnderstoodAnsweredAloudAndTheAnswerInterrupted() throws Exception {
        try (Browser browser = Browser.withMicrophone(recording());
                Server server = Server.start(folder, "--docs", "../docs", "--stt-deadline", "60s");
                BrowserContext profile = browser.profile()) {
            SseClient ada = server.client("ada");
            ConsolePage console = ConsolePage.open(profile, "http://127.0.0.1:" + server.port(), ada.token());
            Page page = console.page();
            page.getByText("Voice", new Page.GetByTextOptions().setExact(true)).click();
            page.evaluate(
                    "() => { window.levels = []; window.states = []; window.partial = new Set();"
                            + " const state = document.querySelector('#voice-state'), level = document.querySelector('#voice-level');"
                            + " setInterval(() => { levels.push(level.value);"
                            + "   const now = document.querySelector('.said .partial'); if (now) partial.add(now.textContent); }, 20);"
                            + " new MutationObserver(() => states.push(state.textContent)).observe(state, { childList: true }); }");
            console.press("Talk");
            page.getByText("embedded listens (a demonstration)").waitFor();

            page.waitForFunction("() => states.some(state => state.startsWith('Speaking'))", null, patient());
            console.shot("voice-desktop-light");
            page.waitForFunction("() => states.includes('You interrupted')", null, patient());
            page.locator(".said .agent del").first().waitFor();
            console.shot("voice-interrupted-desktop-light");
            assertEquals(List.of(), console.barriers());

            List<String> finals = page.locator(".said .me .words:not(.partial)").allTextContents();
            assertTrue(Set.of(QUESTION, INTERRUPTION).containsAll(finals) && !finals.isEmpty(), finals::toString);
            assertEquals(QUESTION, finals.get(0));
            assertTrue((Boolean) page.evaluate("() => partial.size > 0"), "words were shown before the turn was over");
            List<?> levels = (List<?>) page.evaluate("() => [Math.min(...levels), Math.max(...levels)]");
            assertEquals(0.0, ((Number) levels.get(0)).doubleValue(), 0.35, "it is quiet between the sentences");
            assertTrue(((Number) levels.get(1)).doubleValue() > 0.5, "and loud in them: " + levels);

            String conversation = console.session();
            assertTrue(conversation.startsWith("ses_"), conversation);
            assertEquals(QUESTION, page.locator(".question").first().textContent());
            console.press("Mute").press("Hang up");
            page.getByText("Not in a talk").waitFor();
            assertFalse((Boolean) page.evaluate(
                    "() => document.querySelector('#voice-mute').getAttribute('aria-pressed') === 'true'"));
            console.assertNoComplaint();
        }
    }

    /** The socket is gone in the middle of the question; what is said meanwhile is sent when there is another. */
    @Test
    void aQuestionWhoseLineIsCutIsUnderstoodWholeAndOnceAndTheTalkIsTheSame() throws Exception {
        try (Browser browser = Browser.withMicrophone(recording());
                Server server = Server.start(folder, "--docs", "../docs", "--stt-deadline", "60s");
                BrowserContext profile = browser.profile()) {
            SseClient ada = server.client("ada");
            ConsolePage console = ConsolePage.open(profile, "http://127.0.0.1:" + server.port(), ada.token());
            Page page = console.page();
            page.getByText("Voice", new Page.GetByTextOptions().setExact(true)).click();
            console.press("Talk");
            page.waitForFunction(
                    "() => document.querySelector('#voice-state').textContent === 'You speak'", null, patient());
            console.press("Cut the line").awaitLine("Cut; back in").awaitLine("Live");
            page.locator(".said .me .words:not(.partial)")
                    .first()
                    .waitFor(new com.microsoft.playwright.Locator.WaitForOptions().setTimeout(90_000));
            assertEquals(QUESTION, page.locator(".said .me .words").first().textContent());
            assertEquals(List.of(), page.locator(".said .told").allTextContents(), "no sound was lost");
            console.press("Hang up");

            SseStream feed = ada.watch("/api/events?from=earliest&type=dev.millrace.audio.**")
                    .awaitEvents(2);
            assertEquals(
                    List.of("dev.millrace.audio.session.started.v1", "dev.millrace.audio.session.ended.v1"),
                    feed.events().stream().map(dev.millrace.sse.SseEvent::type).toList());
            feed.leave();
            console.assertNoComplaint();
        }
    }

    /** The embedded recognizer loads its models at the first sentence. */
    private static Page.WaitForFunctionOptions patient() {
        return new Page.WaitForFunctionOptions().setTimeout(90_000);
    }

    /** The question, time for the answer to begin, the interruption, and quiet; Chromium plays it again and again. */
    private Path recording() throws IOException {
        short[] question = Wav.read(Project.file("examples/what-is-a-gap.wav")).pcm();
        short[] interruption =
                Wav.read(Project.file("examples/please-stop-talking-now.wav")).pcm();
        int quiet = 4 * RATE;
        ShortBuffer all = ShortBuffer.allocate(RATE + question.length + quiet + interruption.length + quiet);
        all.position(RATE).put(question).position(all.position() + quiet).put(interruption);
        Path file = folder.resolve("microphone.wav");
        new Wav(RATE, all.array()).write(file);
        return file;
    }
}
