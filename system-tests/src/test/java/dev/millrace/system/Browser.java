package dev.millrace.system;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Chromium of this machine, without a window. */
final class Browser implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    private Browser(Path program, List<String> flags) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        // It cannot make its sandbox as root in a container; only our own pages are loaded.
                        .setArgs(Stream.concat(Stream.of("--no-sandbox", "--disable-dev-shm-usage"), flags.stream())
                                .toList()));
        System.out.println("Browser: " + program + " " + chromium.version());
    }

    /** Where there is none the test is skipped, and in CI it fails. */
    static Browser start() {
        return new Browser(program(), List.of());
    }

    /** One whose microphone plays a recording over and over, and which lets every page listen. */
    static Browser withMicrophone(Path wav) {
        return new Browser(
                program(),
                List.of(
                        "--use-fake-device-for-media-stream",
                        "--use-fake-ui-for-media-stream",
                        "--use-file-for-fake-audio-capture=" + wav));
    }

    private static Path program() {
        return NAMES.stream()
                .flatMap(name -> OnPath.find(name).stream())
                .findFirst()
                .orElseGet(() -> OnPath.require("chromium"));
    }

    /** A profile of its own, which takes certificates that nobody signed. */
    BrowserContext profile() {
        return chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
