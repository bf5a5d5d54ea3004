package dev.millrace.bench;

import java.nio.file.Path;
import java.util.List;

/** Something that {@code ./millrace bench NAME} measures. */
interface Benchmark {

    /** As in {@code ./millrace bench NAME}. */
    String name();

    /** What may follow the name, such as {@code [ROUNDS [SECONDS]]}. */
    String arguments();

    /** What it measures, for whoever asks which there are; lines of at most 80 characters. */
    List<String> about();

    /**
     * Measures; minutes.
     *
     * @param jar of the program
     * @param typed what followed the name
     */
    Report run(Path jar, Typed typed) throws Exception;
}
