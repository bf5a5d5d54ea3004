package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions that are put another way, answers that are asked for again, and the way back to the first ones. */
@Timeout(120)
class ConsoleBranchTest {

    @TempDir
    Path folder;

    @Test
    void aQuestionIsEditedAnAnswerAskedForAgainAndTheFirstOnesAreFoundAgainInBothTabs() throws Exception {
        try (Browser browser = Browser.start();
                Server server = Server.start(folder, "--token-pace", "5");
                BrowserContext profile = browser.profile()) {
            SseClient ada = server.client("ada");
            ConsolePage console = ConsolePage.open(profile, "http://127.0.0.1:" + server.port(), ada.token());
            console.ask(Library.SLUICE).awaitEnd("completed");
            String sluice = console.text();
            ConsolePage second = console.secondTab("/#" + console.session()).awaitLine("Live");

            console.press("Edit");
            console.page().getByLabel("The question").fill(Library.WHEEL);
            console.page().keyboard().press("Enter");
            console.page().getByText("2 of 2").waitFor();
            console.awaitEnd("completed");
            assertNotEquals(sluice, console.text());
            assertEquals(List.of(Library.WHEEL), questions(console));
            second.page().getByText("2 of 2").waitFor();
            assertEquals(List.of(Library.WHEEL), questions(second));

            console.press("Earlier question");
            console.page().getByText("1 of 2").waitFor();
            assertEquals(List.of(Library.SLUICE), questions(console));
            assertEquals(sluice, console.text());
            second.page().getByText("1 of 2").waitFor();
            assertEquals(sluice, second.text());

            console.press("Answer again");
            console.page()
                    .getByRole(
                            com.microsoft.playwright.options.AriaRole.GROUP,
                            new Page.GetByRoleOptions().setName("Answer"))
                    .getByText("2 of 2")
                    .waitFor();
            assertEquals(sluice, console.awaitEnd("completed").text());
            assertEquals(List.of(Library.SLUICE), questions(console));
            console.shot("branches-desktop-light");
            assertEquals(List.of(), console.barriers());

            console.page().locator(".sessions li").hover();
            console.press("Rename “" + Library.SLUICE + "”");
            console.page().getByLabel("Title").fill("All about the gate");
            console.page().keyboard().press("Enter");
            for (ConsolePage tab : List.of(console, second)) {
                tab.page()
                        .locator(".session .title")
                        .getByText("All about the gate")
                        .waitFor();
                tab.assertNoComplaint();
            }
        }
    }

    private static List<String> questions(ConsolePage tab) {
        return tab.page().locator(".question").allTextContents();
    }
}
