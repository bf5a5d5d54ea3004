package dev.millrace.agent.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.mcp.Names.Origin;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The names of tools")
class NamesTest {

    private static List<String> names(String... origins) {
        List<Origin> all = Stream.of(origins)
                .map(origin -> origin.split("\\|"))
                .map(parts -> new Origin(parts[0], parts[1]))
                .toList();
        List<String> names = List.copyOf(Names.of(all, List.of("search_docs")).values());
        assertTrue(names.stream().allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}")), names.toString());
        assertEquals(names.size(), Set.copyOf(names).size(), "all differ: " + names);
        return names;
    }

    @Test
    @DisplayName("are as the server says, in letters, digits, _ and -")
    void plain() {
        assertEquals(List.of("read-file", "a_b_c", "_"), names("a|read-file", "a|a.b/c", "b|ü"));
    }

    @Test
    @DisplayName("have the server's name before them where two would be the same, or one of ours")
    void clash() {
        assertEquals(
                List.of("git_hub_find", "jira_find", "jira_search_docs", "open"),
                names("git hub|find", "jira|find", "jira|search_docs", "jira|open"));
        assertEquals(List.of("a_x_y", "a_x_y_2"), names("a|x.y", "a|x/y"));
    }

    @Test
    @DisplayName("are never taken from a tool that has them by itself")
    void made() {
        assertEquals(List.of("a_x_2", "b_x", "a_x"), names("a|x", "b|x", "c|a_x"));
    }

    @Test
    @DisplayName("have 64 characters at most, also when two begin alike")
    void length() {
        String first = "t".repeat(64);
        assertEquals(List.of(first), names("a|" + first + "1"));
        assertEquals(
                List.of("a_" + "t".repeat(62), "a_" + "t".repeat(60) + "_2"),
                names("a|" + first + "1", "a|" + first + "2"));
    }
}
