package dev.millrace.agent.documents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documents folder. Every method reads the disk: none of it is for an event loop. */
final class Folder {

    /** A larger file is a log or a dump, and would hold the index for seconds. */
    static final long LARGEST = 4L << 20;

    private final Path root;

    private Folder(Path root) {
        this.root = root;
    }

    /** What a file was like when it was looked at. Two looks that are equal saw the same content, but for {@link #isFresh}. */
    record Look(
            FileTime modified,
            long size,
            @Nullable Object key,
            @Nullable String refusal) {

        /** A link to within the folder, a hidden name, too large: named once, never read. */
        static Look refused(String why) {
            return new Look(FileTime.fromMillis(0), 0, null, why);
        }

        static Look of(BasicFileAttributes file) {
            return file.size() > LARGEST
                    ? refused("it is larger than 4 MiB")
                    : new Look(file.lastModifiedTime(), file.size(), file.fileKey(), null);
        }

        /** Whether the file may still change without looking different: clocks of file systems tick up to every two seconds. */
        boolean isFresh(FileTime now) {
            return refusal == null && modified.toMillis() > now.toMillis() - 2_000;
        }
    }

    /** @throws IOException with a sentence that names the folder, when it cannot be read */
    static Folder open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException("The documents folder " + path + " does not exist.");
        }
        if (!Files.isDirectory(path)) {
            throw new IOException("The documents folder " + path + " is not a folder.");
        }
        try (var entries = Files.newDirectoryStream(path)) {
            return new Folder(path.toRealPath());
        } catch (IOException e) {
            throw new IOException("The documents folder " + path + " cannot be read.", e);
        }
    }

    /** All that is there, by path with forward slashes; also what will not be read, with the reason. */
    TreeMap<String, Look> scan() throws IOException {
        TreeMap<String, Look> found = new TreeMap<>();
        Files.walkFileTree(root, new Walk(found));
        return found;
    }

    /** A file's text. @throws IOException with the reason why it has none */
    String read(String source) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(root.resolve(source))) {
            bytes = in.readNBytes((int) LARGEST + 1);
        } catch (IOException e) {
            throw new IOException("it cannot be read", e);
        }
        if (bytes.length > LARGEST) {
            throw new IOException("it is larger than 4 MiB");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8", e);
        }
    }

    private final class Walk extends SimpleFileVisitor<Path> {

        private final TreeMap<String, Look> found;

        Walk(TreeMap<String, Look> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            if (!dir.equals(root) && isHidden(dir)) {
                found.put(source(dir), Look.refused("it is hidden"));
                return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isSymbolicLink()) {
                link(file);
            } else if (Format.of(name(file)).isPresent() && attributes.isRegularFile()) {
                found.put(source(file), isHidden(file) ? Look.refused("it is hidden") : Look.of(attributes));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(root)) {
                throw e;
            }
            if (!(e instanceof NoSuchFileException)) {
                found.put(source(file), Look.refused("it cannot be read"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }

        /**
         * A link to a file in the folder is read under its own name (a Kubernetes volume is made of such links). A link to a
         * directory is not followed: inside the folder its files are found anyway, and so there are no circles.
         */
        private void link(Path link) {
            try {
                Path target = link.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(target, BasicFileAttributes.class);
                if (!target.startsWith(root)) {
                    found.put(source(link), Look.refused("it is a link out of the folder"));
                } else if (attributes.isRegularFile() && Format.of(name(link)).isPresent()) {
                    found.put(source(link), isHidden(link) ? Look.refused("it is hidden") : Look.of(attributes));
                }
            } catch (IOException e) {
                found.put(source(link), Look.refused("it is a link to nothing"));
            }
        }

        private static boolean isHidden(Path path) {
            return name(path).startsWith(".");
        }

        private String source(Path path) {
            return root.relativize(path).toString().replace('\\', '/');
        }

        private static String name(Path path) {
            Path name = path.getFileName();
            return name == null ? "" : name.toString();
        }
    }
}
