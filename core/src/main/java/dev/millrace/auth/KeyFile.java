package dev.millrace.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * The secret that signs and proves HS256 tokens: one line of base64 or base64url, at least 32 bytes of key, in a file
 * that only its owner may read. {@code openssl rand -base64 32} makes such a line.
 *
 * <p>All methods that touch the file block; call them at start or on a worker, not on an event loop.
 */
public final class KeyFile {

    /** HS256 wants a key as long as its hash (RFC 7518, 3.2). */
    private static final int MIN_KEY_BYTES = 32;

    /** Far above any sensible key; who names a disk image by mistake is told so at once. */
    private static final int MAX_FILE_BYTES = 4096;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path path;
    private final byte[] secret;

    private KeyFile(Path path, byte[] secret) {
        this.path = path;
        this.secret = secret;
    }

    /**
     * The key in {@code home/key}, made first when it is not there. Any number of processes may do this at once: all
     * end up with the same key.
     *
     * @param home made with mode 700 when absent; left as it is otherwise
     * @throws BadKey when the file cannot be made, or is there and cannot be used
     */
    public static KeyFile openOrCreate(Path home) {
        Path file = home.resolve("key");
        try {
            if (!Files.isDirectory(home)) { // asked first: on Java 17 a link to a directory would be refused
                Files.createDirectories(home, mode(home, "rwx------"));
            }
            if (Files.notExists(file)) {
                create(home, file);
            }
        } catch (IOException e) {
            throw new BadKey(
                    "The key file " + file + " cannot be made; make " + home + " a directory you can write.", e);
        }
        return read(file); // also by whoever made it: what is on the disk is what counts
    }

    /**
     * Reads an existing key file.
     *
     * @throws BadKey when it is absent, no plain file, readable by others than its owner, or holds no key of 32 bytes
     */
    public static KeyFile read(Path file) {
        try {
            checkKind(file);
            checkMode(file);
            return new KeyFile(
                    file,
                    decode(
                            file,
                            Files.readString(file, StandardCharsets.ISO_8859_1).strip()));
        } catch (NoSuchFileException e) {
            throw new BadKey("The key file " + file + " does not exist; name one that does.", e);
        } catch (IOException e) {
            throw new BadKey("The key file " + file + " cannot be read; chown it to the user that runs this.", e);
        }
    }

    /** Where the key is. */
    public Path path() {
        return path;
    }

    /** A copy of the key, so that nobody changes ours. */
    byte[] secret() {
        return secret.clone();
    }

    /** The place, never the key. */
    @Override
    public String toString() {
        return "KeyFile[" + path + "]";
    }

    /**
     * Writes the key beside its place and links it in: a link never replaces, so the first process wins, and nobody
     * ever sees half a key.
     */
    private static void create(Path home, Path file) throws IOException {
        Path draft = home.resolve("key." + UUID.randomUUID() + ".tmp");
        byte[] line = newLine();
        try {
            write(draft, line);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            return; // another process was first; its key is the key
        } catch (UnsupportedOperationException | FileSystemException e) {
            createInPlace(file, line);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * For file systems without hard links. Still one key only, but a process that starts in the same instant may see
     * the file before its content, and stop with a {@link BadKey}; started again it is fine.
     */
    private static void createInPlace(Path file, byte[] line) throws IOException {
        try {
            write(file, line);
        } catch (FileAlreadyExistsException e) {
            // another process was first; its key is the key
        }
    }

    private static void write(Path file, byte[] line) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, mode(file, "rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true); // a key that is gone after a power cut takes every token with it
        }
    }

    private static byte[] newLine() {
        byte[] key = new byte[MIN_KEY_BYTES];
        new SecureRandom().nextBytes(key);
        String line = Base64.getUrlEncoder().withoutPadding().encodeToString(key) + "\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static void checkKind(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadKey("The key file " + file + " is a directory; name a file in it.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadKey("The key file " + file + " is not a plain file; name one that is.");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new BadKey("The key file " + file + " is longer than " + MAX_FILE_BYTES + " bytes; name a key file.");
        }
    }

    private static void checkMode(Path file) throws IOException {
        if (posix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new BadKey("The key file " + file + " is open to other users; run chmod 600 " + file + ".");
        }
    }

    private static byte[] decode(Path file, String line) {
        byte[] key;
        try {
            key = Base64.getUrlDecoder().decode(line.replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            // without the cause: its message quotes a character of the key
            throw new BadKey("The key file " + file + " is not one line of base64; " + remedy(file));
        }
        if (key.length < MIN_KEY_BYTES) {
            throw new BadKey("The key file " + file + " holds " + key.length + " bytes of key, at least "
                    + MIN_KEY_BYTES + " are needed; " + remedy(file));
        }
        return key;
    }

    private static String remedy(Path file) {
        return "run openssl rand -base64 32 > " + file + ".";
    }

    private static FileAttribute<?>[] mode(Path path, String permissions) {
        if (!posix(path)) {
            return new FileAttribute<?>[0];
        }
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        return new FileAttribute<?>[] {owner};
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
