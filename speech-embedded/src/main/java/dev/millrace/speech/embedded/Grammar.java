package dev.millrace.speech.embedded;

import java.net.URL;

/**
 * What may be said: the place of a JSGF grammar that sphinx4 can load.
 *
 * @param folder the URL of the folder with {@code name.gram} in it, as sphinx4 wants it
 * @param about for people
 */
record Grammar(String folder, String name, String about) {

    static final Grammar DEMO = new Grammar(folderOf("demo.gram"), "demo", "the phrases of the demonstration");

    private static String folderOf(String resource) {
        URL url = Grammar.class.getResource(resource);
        if (url == null) {
            throw new IllegalStateException(resource + " is not in the program");
        }
        return url.toString().substring(0, url.toString().length() - resource.length());
    }
}
