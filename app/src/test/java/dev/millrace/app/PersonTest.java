package dev.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PersonTest {

    private final StringWriter shown = new StringWriter();

    private String answer(String request, String typed) throws IOException {
        Person person = new Person(new BufferedReader(new StringReader(typed)), new PrintWriter(shown));
        return person.answer(new JsonObject(request)).map(JsonObject::encode).orElse("nothing");
    }

    @Test
    void wordsAreWhatIsTypedAndAnEmptyLineIsNone() throws IOException {
        assertEquals("{\"text\":\"In a cellar.\"}", answer("{\"kind\":\"text\"}", "\n  In a cellar. \nmore\n"));
        assertEquals("> > ", shown.toString());
        assertEquals("nothing", answer("{\"kind\":\"text\"}", "\n"));
    }

    @Test
    void onlyAYesAllowsACall() throws IOException {
        assertEquals("{\"approved\":true}", answer("{\"kind\":\"approval\"}", "Y\n"));
        assertEquals("{\"approved\":true}", answer("{\"kind\":\"approval\"}", "yes\n"));
        assertEquals("{\"approved\":false}", answer("{\"kind\":\"approval\"}", "\n"));
        assertEquals("{\"approved\":false}", answer("{\"kind\":\"approval\"}", "yours\n"));
        assertEquals("nothing", answer("{\"kind\":\"approval\"}", ""));
    }

    @Test
    void aFormIsAskedFieldByFieldWithValuesOfItsTypes() throws IOException {
        String form =
                "{\"kind\":\"form\",\"schema\":{\"properties\":{\"place\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"},"
                        + "\"weight\":{\"type\":\"number\"},\"dry\":{\"type\":\"boolean\"},\"note\":true,\"left\":{\"type\":\"integer\"}}}}";
        assertEquals(
                "{\"output\":{\"place\":\"12\",\"days\":12,\"weight\":1.5,\"dry\":true,\"left\":\"many\"}}",
                answer(form, "12\n12\n1.5\ny\n\nmany\n"));
        assertEquals("place> days> weight> dry> note> left> ", shown.toString());
        assertEquals("nothing", answer(form, "12\n"));
        assertEquals("{\"output\":{}}", answer("{\"kind\":\"form\",\"schema\":{\"type\":\"object\"}}", ""));
    }
}
