package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

    @TempDir
    Path dir;

    @Test
    void the_first_start_makes_a_key_that_only_its_owner_can_read() throws IOException {
        Path home = dir.resolve("a/b");
        KeyFile key = KeyFile.openOrCreate(home);
        assertEquals("rwx------", mode(home));
        assertEquals("rw-------", mode(home.resolve("key")));
        assertEquals(home.resolve("key"), key.path());
        assertEquals(32, key.secret().length);
        assertEquals(Forge.base64(key.secret()) + "\n", Files.readString(key.path()));
        assertEquals(List.of("key"), names(home));
    }

    @Test
    void the_next_start_reads_the_same_key() {
        assertArrayEquals(
                KeyFile.openOrCreate(dir).secret(), KeyFile.openOrCreate(dir).secret());
    }

    @Test
    void two_homes_have_two_keys() {
        byte[] one = KeyFile.openOrCreate(dir.resolve("one")).secret();
        byte[] two = KeyFile.openOrCreate(dir.resolve("two")).secret();
        assertFalse(Arrays.equals(one, two));
    }

    @Test
    void many_first_starts_at_once_make_one_key() throws Exception {
        int starts = 16;
        ExecutorService threads = Executors.newFixedThreadPool(starts);
        try {
            for (int round = 0; round < 20; round++) {
                Path home = dir.resolve("home-" + round);
                CyclicBarrier together = new CyclicBarrier(starts);
                Callable<String> start = () -> {
                    together.await();
                    return Forge.base64(KeyFile.openOrCreate(home).secret());
                };
                Set<String> keys = new HashSet<>();
                for (Future<String> key : threads.invokeAll(
                        Stream.generate(() -> start).limit(starts).toList())) {
                    keys.add(key.get());
                }
                assertEquals(1, keys.size());
                assertEquals(List.of("key"), names(home));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_home_that_is_a_link_to_a_directory_is_used() throws IOException {
        Path real = Files.createDirectory(dir.resolve("real"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), real);
        KeyFile.openOrCreate(link);
        assertTrue(Files.exists(real.resolve("key")));
    }

    /** A zip has neither links nor modes: what a key meets on a foreign file system. */
    @Test
    void a_file_system_without_links_and_modes_keeps_a_key_too() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(dir.resolve("home.zip"), Map.of("create", "true"))) {
            Path home = zip.getPath("/home");
            byte[] secret = KeyFile.openOrCreate(home).secret();
            assertArrayEquals(secret, KeyFile.openOrCreate(home).secret());
            assertEquals(List.of("key"), names(home));
        }
    }

    @Test
    void a_key_in_either_base64_with_or_without_padding_and_line_end_is_read() throws IOException {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 0xfb);
        String plain = Base64.getEncoder().encodeToString(secret);
        for (String line : List.of(plain, plain + "\r\n", plain.replace("=", ""), Forge.base64(secret) + "\n")) {
            assertArrayEquals(secret, KeyFile.read(write(line)).secret());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "c2hvcnQ",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "correct horse battery staple, and more of the same",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void a_file_without_32_bytes_of_key_is_refused_and_not_quoted(String text) throws IOException {
        BadKey bad = assertThrows(BadKey.class, () -> KeyFile.read(write(text)));
        assertSays(bad, "openssl rand -base64 32");
        assertTrue(text.isBlank() || !bad.toString().contains(text.strip()));
        assertEquals(null, bad.getCause());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----", "rwx------", "rw------x"})
    void a_key_open_to_others_is_refused_with_the_command_that_closes_it(String mode) throws IOException {
        KeyFile key = KeyFile.openOrCreate(dir);
        Files.setPosixFilePermissions(key.path(), PosixFilePermissions.fromString(mode));
        BadKey bad = assertThrows(BadKey.class, () -> KeyFile.openOrCreate(dir));
        assertSays(bad, "chmod 600 " + key.path());
        assertFalse(bad.toString().contains(Forge.base64(key.secret())));
    }

    @Test
    void a_key_that_only_its_owner_can_read_and_nobody_write_is_fine() throws IOException {
        KeyFile key = KeyFile.openOrCreate(dir);
        Files.setPosixFilePermissions(key.path(), PosixFilePermissions.fromString("r--------"));
        KeyFile.openOrCreate(dir);
    }

    @Test
    void a_key_that_is_a_directory_is_refused() throws IOException {
        Files.createDirectory(dir.resolve("key"));
        assertSays(assertThrows(BadKey.class, () -> KeyFile.openOrCreate(dir)), "is a directory");
    }

    @Test
    void a_home_that_is_a_file_is_refused() throws IOException {
        Path home = Files.createFile(dir.resolve("home"));
        assertSays(assertThrows(BadKey.class, () -> KeyFile.openOrCreate(home)), "cannot be made");
    }

    @Test
    void a_link_to_nowhere_is_refused() throws IOException {
        Files.createSymbolicLink(dir.resolve("key"), dir.resolve("nowhere"));
        assertSays(assertThrows(BadKey.class, () -> KeyFile.openOrCreate(dir)), "does not exist");
    }

    @Test
    void an_absent_file_is_not_made_by_reading_it() {
        assertSays(assertThrows(BadKey.class, () -> KeyFile.read(dir.resolve("key"))), "does not exist");
        assertFalse(Files.exists(dir.resolve("key")));
    }

    @Test
    void a_huge_file_is_refused_unread() throws IOException {
        assertSays(assertThrows(BadKey.class, () -> KeyFile.read(write("A".repeat(5000)))), "longer than 4096 bytes");
    }

    @Test
    void an_unreadable_file_is_refused() throws IOException {
        Path file = write("AAAA");
        Files.setPosixFilePermissions(file, Set.of());
        assumeFalse(Files.isReadable(file), "root reads everything");
        assertSays(assertThrows(BadKey.class, () -> KeyFile.read(file)), "cannot be read");
    }

    @Test
    void a_key_does_not_print_itself_and_gives_away_copies_only() {
        KeyFile key = KeyFile.openOrCreate(dir);
        assertFalse(key.toString().contains(Forge.base64(key.secret())));
        key.secret()[0]++;
        assertArrayEquals(KeyFile.openOrCreate(dir).secret(), key.secret());
    }

    private Path write(String text) throws IOException {
        Path file = Files.writeString(dir.resolve("key"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private void assertSays(BadKey bad, String what) {
        String message = String.valueOf(bad.getMessage());
        assertTrue(message.contains(what), message);
        assertTrue(message.contains(dir.toString()), message);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> names(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
