package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketsTest {

    private static final Tickets.Use MAIN = new Tickets.Use("GET /api/events", "main", "a.**");

    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(Forge.NOW);
    private final Caller ann = new Caller("acme", "ann", Set.of(Scope.values()), Forge.NOW + 3_600_000);
    private Tickets tickets;

    @BeforeEach
    void start() {
        tickets = Tickets.create(KeyFile.openOrCreate(dir), clock::get);
    }

    private String code(String ticket, Tickets.Use use) {
        return assertThrows(Unauthorized.class, () -> tickets.admit(ticket, use))
                .code();
    }

    @Test
    void a_ticket_opens_one_feed_for_whom_it_was_made_as_often_as_they_like() {
        String ticket = tickets.issue(ann, MAIN, 60_000).text();
        for (int time = 0; time < 3; time++) {
            Caller caller = tickets.admit(ticket, MAIN);
            assertEquals("acme", caller.tenant());
            assertEquals("ann", caller.subject());
            assertEquals(Set.of(Scope.EVENTS_READ), caller.scopes());
            assertEquals(ann.expiresAtMillis(), caller.expiresAtMillis());
            assertTrue(caller.feeds().mayRead("main"));
            assertFalse(caller.feeds().mayRead("other"));
            assertFalse(caller.feeds().mayPublish("main"));
        }
    }

    @Test
    void it_ends_after_its_time_and_never_after_the_token_it_was_got_with() {
        Tickets.Ticket ticket = tickets.issue(ann, MAIN, 60_000);
        assertEquals(Forge.NOW + 60_000, ticket.expiresAtMillis());
        clock.addAndGet(59_999);
        tickets.admit(ticket.text(), MAIN);
        clock.addAndGet(1);
        assertEquals("ticket_expired", code(ticket.text(), MAIN));
        Caller brief = new Caller("acme", "ann", Set.of(), clock.get() + 5_000);
        assertEquals(clock.get() + 5_000, tickets.issue(brief, MAIN, 60_000).expiresAtMillis());
    }

    @Test
    void it_opens_nothing_else() {
        String ticket = tickets.issue(ann, MAIN, 60_000).text();
        assertEquals("ticket_for_other", code(ticket, new Tickets.Use("GET /api/events", "other", "a.**")));
        assertEquals("ticket_for_other", code(ticket, new Tickets.Use("GET /api/events", "main", "**")));
        assertEquals("ticket_for_other", code(ticket, new Tickets.Use("POST /api/events", "main", "a.**")));
    }

    @Test
    void every_node_with_the_key_takes_it_and_no_other() {
        String ticket = tickets.issue(ann, MAIN, 60_000).text();
        Tickets sameKey = Tickets.create(KeyFile.openOrCreate(dir), clock::get);
        assertEquals("ann", sameKey.admit(ticket, MAIN).subject());
        Tickets otherKey = Tickets.create(KeyFile.openOrCreate(dir.resolve("other")), clock::get);
        assertEquals(
                "ticket_invalid",
                assertThrows(Unauthorized.class, () -> otherKey.admit(ticket, MAIN))
                        .code());
    }

    @Test
    void nothing_in_it_can_be_changed() {
        String ticket = tickets.issue(ann, MAIN, 60_000).text();
        for (int i = 0; i < ticket.length(); i++) {
            char other = ticket.charAt(i) == 'A' ? 'B' : 'A';
            String changed = ticket.substring(0, i) + other + ticket.substring(i + 1);
            if (i < ticket.length() - 1) { // the last letter of base64 has bits that say nothing
                assertEquals("ticket_invalid", code(changed, MAIN), changed);
            }
        }
        for (String junk : new String[] {"", ".", "a.b", "a", "é.é", "a".repeat(5000) + ".b", ticket + ".c"}) {
            assertEquals("ticket_invalid", code(junk, MAIN), junk);
        }
    }

    @Test
    void it_does_not_show_when_it_is_printed_and_is_no_token() {
        Tickets.Ticket ticket = tickets.issue(ann, MAIN, 60_000);
        assertFalse(ticket.toString().contains(ticket.text()));
        assertThrows(Unauthorized.class, () -> UnprovenToken.parse(ticket.text()));
    }
}
