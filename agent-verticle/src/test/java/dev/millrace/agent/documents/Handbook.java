package dev.millrace.agent.documents;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Prose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A small handbook of a bakery: documents in every format, on subjects that a question can tell apart. */
public final class Handbook {

    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("sourdough.md", """
                # Sourdough

                Sourdough is bread that rises with wild yeast instead of baker's yeast. The starter gives it its sour taste.

                ## Feeding the starter

                To feed the starter, mix 50 g of starter with 50 g of water and 50 g of flour. Feed it every 12 hours at room
                temperature. However, a starter in the fridge needs feeding only once a week.

                ## Proofing

                Let the dough proof for four hours at 24 °C, e.g. near the oven. It is ready when it has doubled.
                """);
        PAGES.put("ovens.md", """
                # Ovens

                **Preheating.** Preheat the deck oven to 250 °C for 45 minutes before the first bake.

                | model | maximum temperature | loaves |
                |---|---|---|
                | Deck 4 | 300 °C | 24 |
                | Rack 9 | 280 °C | 90 |

                ## Cleaning

                1. Switch the oven off and let it cool down.
                2. Brush the crumbs out of the chamber.
                3. Wipe the door with vinegar.
                """);
        PAGES.put("delivery/routes.md", """
                # Delivery

                The morning van leaves at 5:30 and serves the northern cafés first. Drivers must sign the delivery note at
                every stop.

                ## Returns

                Unsold bread is returned with the evening van. Returned loaves go to the food bank, never back on the shelf.
                """);
        PAGES.put("till.html", """
                <!doctype html><html><head><title>Till</title><style>p { color: red }</style></head><body>
                <nav><a href="/">Home</a> <a href="/x">Refund menu</a></nav>
                <main><h1>The till</h1>
                <p>Open the till with your <b>staff card</b>.<br>Count the float before the shop opens.</p>
                <h2>Refunds</h2>
                <p>To refund a customer, press <kbd>Refund</kbd>, scan the receipt &amp; choose the item.</p>
                <ul><li>Refunds over 50 euros need a manager.</li><li>Gift cards <ul><li>are never refunded.</li></ul></li></ul>
                <table><tr><th>key</th><th>does</th></tr><tr><td>F1</td><td>opens the drawer</td></tr></table>
                <pre>refund --receipt 42
                  --all</pre>
                <script>alert("refund")</script></main></body></html>
                """);
        PAGES.put("allergens.txt", """
                ALLERGENS
                =========

                Rye bread contains gluten. Nut loaves are baked on Thursdays
                only, and the mixer is washed twice afterwards.

                - Label every loaf that contains nuts.
                - Never store nuts above
                  open flour.

                    label --print nuts
                """);
        PAGES.put("holidays.md", """
                # Holidays and sick leave

                Every baker has 28 days of holiday a year. Ask for holidays at least four weeks ahead.

                Call the shift lead before 4:00 when you are ill. A doctor's certificate is needed from the third day.
                """);
        PAGES.put("mixer.md", """
                # Spiral mixer

                ## Starting

                To start the mixer, lower the guard and run:

                ```sh
                mixer start --speed 1
                ```

                Never reach into the bowl while the hook turns. Version 2.4.1 of the firmware stops the hook when the guard is
                lifted, see `guard.cfg` for the delay.
                """);
        PAGES.put("croissants.md", """
                ---
                author: nobody
                ---
                # Croissants

                Croissants are laminated: butter is folded into the dough three times. Rest the dough in the fridge for 30
                minutes between folds. Bake them at 190 °C until they are golden.
                """);
        PAGES.put("suppliers/flour.md", """
                # Flour

                We buy wheat flour from the mill in Ahrensburg. Orders placed before noon arrive the next day.

                ## Storage

                Store flour in a dry room below 18 °C. Sacks must stand on pallets, not on the floor.
                """);
    }

    private Handbook() {}

    public static void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            Path file = folder.resolve(page.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, page.getValue());
        }
    }

    static int size() {
        return PAGES.size();
    }

    static Set<String> names() {
        return PAGES.keySet();
    }

    static String page(String name) {
        String page = PAGES.get(name);
        if (page == null) {
            throw new IllegalArgumentException(name);
        }
        return page;
    }

    static List<Passage> passages(String name) {
        String fileName = name.substring(name.lastIndexOf('/') + 1);
        Format format = Format.of(fileName).orElseThrow();
        return Passages.cut(name, format.read(fileName, Prose.fromFile(page(name))));
    }
}
