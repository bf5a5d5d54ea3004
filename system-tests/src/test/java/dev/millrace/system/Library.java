package dev.millrace.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Documents on a mill, written for the tests: each question below has an answer of well over sixty tokens. */
final class Library {

    static final String WHEEL = "How does the water wheel turn the millstones?";
    static final String LANTERNS = "What are the lanterns of the festival?";
    static final String SLUICE = "What is the sluice gate?";
    static final String SLUICE_FOLLOW_UP = "And how often is it greased?";

    private static final String WHEEL_PAGE = """
            # The water wheel

            ## Turning the millstones

            The water wheel turns the millstones through an oak shaft, two iron gears and a spindle that carries the upper
            stone above the lower one. When the millrace is full, the water wheel turns the millstones a hundred times a
            minute, which is as fast as flour can leave the grooves. In a dry summer the water wheel still turns the
            millstones, but so slowly that the miller grinds only in the morning and rests all afternoon. Ice stops the
            water wheel and the millstones with it, so in January the apprentice breaks the ice with a long pole before
            sunrise every day. To stop the millstones without stopping the water wheel, the miller lifts the small gear
            out of the large one with a lever. A water wheel that turns the millstones without grain between them ruins
            both stones within an hour, and everybody in the valley hears it.
            """;

    private static final String LANTERN_PAGE = """
            # The festival

            ## Lanterns of the festival

            The lanterns 🏮 of the festival are paper houses with a candle 🕯️ inside, and every child in the valley carries
            one of them to the pond. Lanterns of the festival float 🛶 on the millpond until midnight, when the miller opens
            the gate and the whole fleet 🚣🏽‍♀️ leaves for the river. The oldest lanterns of the festival are painted with
            𝒸𝓊𝓇𝓁𝓎 letters 𝔞𝔫𝔡 with the crests 🛡️ of families who have long since left the valley for the towns. Lanterns
            of the festival never hold oil 🛢️, because one spark on the wooden wheel would cost the village its bread for a
            whole winter. After the festival the lanterns 🧺 are gathered from the reeds, dried in the loft and counted, for
            each must come home in the end 🏡.
            """;

    private static final String SLUICE_PAGE = """
            # The sluice gate

            The sluice gate is an oak board that slides in two stone grooves and lets water into the millrace. A sluice gate
            is raised by a screw with a wooden crank, one finger for each turn.

            ## Greasing

            The sluice gate is greased once a week with mutton fat. Its grooves are scraped clean before that.
            """;

    private Library() {}

    static Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("wheel.md"), WHEEL_PAGE);
        Files.writeString(folder.resolve("festival.md"), LANTERN_PAGE);
        Files.writeString(folder.resolve("sluice.md"), SLUICE_PAGE);
        return folder;
    }

    /**
     * Many pages whose titles are long enough that one run weighs megabytes: a search shows each passage with its title.
     */
    static Path writeHeavyTo(Path folder, int titleLength) throws IOException {
        writeTo(folder);
        String title = "ballast ".repeat(titleLength / 8);
        for (int i = 0; i < 8; i++) {
            Files.writeString(
                    folder.resolve("anvil" + i + ".md"),
                    "# " + title + "\n\n## The anvil\n\nThe anvil number " + i + " weighs " + (i + 40)
                            + " stones and stands beside the forge door.\n");
        }
        return folder;
    }

    static final String HEAVY = "Where does the anvil stand?";
}
