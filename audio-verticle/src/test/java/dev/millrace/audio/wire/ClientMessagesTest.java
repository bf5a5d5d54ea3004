package dev.millrace.audio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.turn.TurnOptions.BargeIn;
import dev.millrace.audio.turn.TurnOptions.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientMessagesTest {

    @Test
    void a_hello_that_says_nothing_takes_the_defaults() {
        ClientMessage.Hello hello = (ClientMessage.Hello) decode("{'type':'hello','v':1}");
        assertEquals(AudioFormat.DEFAULT, hello.in());
        assertEquals(AudioFormat.DEFAULT, hello.out());
        assertEquals(200, hello.leadMs());
        assertEquals(TurnOptions.DEFAULT, hello.settings().turns());
    }

    @Test
    void a_hello_says_how_audio_travels_and_when_turns_end() {
        ClientMessage.Hello hello = (ClientMessage.Hello) decode(
                "{'type':'hello','v':1,'agent':'cli','audio':{'in':{'encoding':'mulaw','rate':8000,'framing':'seq'},"
                        + "'out':{'rate':24000,'lead_ms':60}},'aec':'browser','barge_in':'confirm_only',"
                        + "'vad':{'silence_ms':700,'confirm_frames':[5,6]}}");
        assertEquals(new AudioFormat(Encoding.MULAW, 8000, true), hello.in());
        assertEquals(new AudioFormat(Encoding.PCM_S16LE, 24_000, false), hello.out());
        assertEquals(60, hello.leadMs());
        assertTrue(hello.cancelsEcho());
        assertEquals(
                new TurnOptions(true, new Share(3, 3), new Share(5, 6), 700, 300, 60, BargeIn.CONFIRM_ONLY),
                hello.settings().turns());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'v':1} | bad_field | 'type' is missing.",
                "{'type':'hallo'} | bad_field | 'type' must be a type of audio.v1, not 'hallo'.",
                "{'type':7} | bad_field | 'type' must be a type of audio.v1, not 7.",
                "{'type':'hello','audio':{'in':{'encoding':5}}} | bad_field | 'audio.in.encoding' must be a text of at most 200 characters, not 5.",
                "{'type':'hello','resume':{'session':'aud_1'}} | bad_field | 'resume.token' is missing.",
                "{'type':'hello','audio':{'in':'loud'}} | bad_field | 'audio.in' must be an object, not 'loud'.",
                "{'type':'hello','audio':{'out':{'lead_ms':5000}}} | bad_field | 'audio.out.lead_ms' must be a whole number from 60 to 1000, not 5000.",
                "{'type':'session.update','vad':{'silence':5}} | unknown_field | There is no field 'vad.silence' here.",
                "{'type':'session.update','vad':{'pause_frames':[4,3]}} | bad_field | 'vad.pause_frames[0]' must be a whole number from 1 to 3, not 4.",
                "{'type':'session.update','vad':{'pause_frames':3}} | bad_field | 'vad.pause_frames' must be two numbers like [3, 3], not 3.",
                "{'type':'session.update','barge_in':'maybe'} | bad_field | 'barge_in' must be one of confirm_only, off, on, not 'maybe'.",
                "{'type':'audio.mute'} | bad_field | 'muted' is missing.",
                "{'type':'playback','played_ms':3} | bad_field | 'speech' is missing.",
                "{'type':'playback','speech':1,'played_ms':1.5} | bad_field | 'played_ms' must be a whole number from 0 to 86400000, not 1.5.",
                "{'type':'text.input','text':'  '} | bad_field | 'text' is missing.",
                "{'type':'ping','t':true} | bad_field | 't' must be a whole number from 0 to 9223372036854775807, not true.",
            })
    void what_is_wrong_is_named_with_its_value(String text, String code, String message) {
        WrongMessage wrong = assertThrows(WrongMessage.class, () -> decode(text));
        assertEquals(code, wrong.code());
        assertEquals(message, wrong.getMessage());
        assertNull(wrong.close(), "the session goes on");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'hello','v':2} | UNSUPPORTED | This server speaks version 1 of audio.v1, and 'v' is 2.",
                "{'type':'hello','audio':{'in':{'rate':44100}}} | AUDIO_FORMAT | The rate of audio may be 8000, 16000, 24000 or 48000, and not '44100'.",
                "{'type':'hello','audio':{'in':{'encoding':'opus'}}} | AUDIO_FORMAT | The encoding of audio may be pcm_s16le or mulaw, and not 'opus'.",
            })
    void what_this_server_cannot_do_closes_the_socket(String text, CloseCode close, String message) {
        WrongMessage wrong = assertThrows(WrongMessage.class, () -> decode(text));
        assertEquals(close, wrong.close());
        assertEquals(message, wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"[1]", "nonsense", "\"text\"", "{", "17", "null"})
    void what_is_no_object_closes_the_socket(String text) {
        WrongMessage wrong = assertThrows(WrongMessage.class, () -> ClientMessages.parse(text));
        assertEquals(CloseCode.NOT_JSON, wrong.close());
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() {
        TurnOptions now = new TurnOptions(true, new Share(2, 3), new Share(8, 10), 800, 100, 30, BargeIn.OFF);
        ClientMessage.SessionUpdate update = (ClientMessage.SessionUpdate) ClientMessages.decode(
                ClientMessages.parse("{\"type\":\"session.update\",\"vad\":{\"max_turn_s\":10}}"), now);
        assertEquals(
                new TurnOptions(true, new Share(2, 3), new Share(8, 10), 800, 100, 10, BargeIn.OFF), update.turns());
    }

    private static ClientMessage decode(String text) {
        return ClientMessages.decode(ClientMessages.parse(text.replace('\'', '"')), TurnOptions.DEFAULT);
    }
}
