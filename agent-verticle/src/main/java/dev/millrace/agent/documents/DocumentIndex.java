package dev.millrace.agent.documents;

import dev.millrace.agent.documents.Folder.Look;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Retriever;
import dev.millrace.agent.text.Prose;
import dev.millrace.agent.text.Rarity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of a folder, searchable, and searchable again soon after a file changed.
 *
 * <p>The folder is walked every two seconds and compared by time and size. A {@code WatchService} would need one watch per
 * directory, misses what happens while it registers a new one, overflows, does not see network mounts, and is itself such a
 * walk on macOS; the walk costs some ten milliseconds of a worker per thousand files and sees everything. The pause between
 * two walks is also what gathers a burst of changes.
 *
 * <p>Walks run one after another on a worker pool, searches beside them. Any thread may call any method.
 */
public final class DocumentIndex implements Retriever, Rarity {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentIndex.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int THREADS = 4;

    private final Vertx vertx;
    private final Folder folder;
    private final PassageIndex index;
    private final WorkerExecutor workers;
    private final long everyMillis;

    /** What the last walk saw; only a walk touches it, and walks follow one another. */
    private final Map<String, Look> known = new TreeMap<>();

    /** Which files are in the index, with a hash of their text; only a walk touches it. */
    private final Map<String, Integer> texts = new TreeMap<>();

    private volatile int documents;
    private volatile boolean closed;
    private boolean lost;

    // Guarded by this.
    private Future<Void> lastWalk = Future.succeededFuture();
    private Promise<Void> nextChange = Promise.promise();
    private long timer = -1;

    private DocumentIndex(Vertx vertx, Folder folder, PassageIndex index, WorkerExecutor workers, long everyMillis) {
        this.vertx = vertx;
        this.folder = folder;
        this.index = index;
        this.workers = workers;
        this.everyMillis = everyMillis;
    }

    /** The folder's documents, read and ready; fails with one sentence that names the folder when that cannot be. */
    public static Future<DocumentIndex> open(Vertx vertx, Path folder) {
        return open(vertx, folder, EVERY);
    }

    static Future<DocumentIndex> open(Vertx vertx, Path folder, Duration every) {
        WorkerExecutor workers = vertx.createSharedWorkerExecutor("millrace-documents", THREADS, 10, TimeUnit.MINUTES);
        return workers.executeBlocking(
                        () -> new DocumentIndex(
                                vertx, Folder.open(folder), new PassageIndex(), workers, Math.max(1, every.toMillis())),
                        false)
                .compose(DocumentIndex::start)
                .recover(e -> workers.close().transform(done -> Future.failedFuture(e)));
    }

    private Future<DocumentIndex> start() {
        return rescan().map(done -> {
            watch();
            return this;
        });
    }

    @Override
    public int documents() {
        return documents;
    }

    @Override
    public Future<List<Passage>> search(String question, int limit) {
        return closed
                ? Future.failedFuture("The documents are closed.")
                : workers.executeBlocking(() -> index.search(question, limit), false);
    }

    /** Reads the heap, no disk; still for a worker rather than an event loop when a question has many terms. */
    @Override
    public double of(String term) {
        try {
            return index.rarity(term);
        } catch (AlreadyClosedException e) {
            return Rarity.ALIKE.of(term);
        } catch (IOException e) {
            throw new UncheckedIOException("looking up a term", e);
        }
    }

    /** Looks at the folder now. When the future completes, searches see what was there when this was called. */
    synchronized Future<Void> rescan() {
        if (closed) {
            return Future.failedFuture("The documents are closed.");
        }
        lastWalk = lastWalk.transform(before -> workers.executeBlocking(this::walk, false));
        return lastWalk;
    }

    /** Completes when searches next see something else than now. */
    synchronized Future<Void> changed() {
        return nextChange.future();
    }

    @Override
    public synchronized Future<Void> close() {
        if (closed) {
            return lastWalk;
        }
        closed = true;
        vertx.cancelTimer(timer);
        lastWalk = lastWalk.transform(before -> workers.executeBlocking(this::closeIndex, false))
                .eventually(workers::close);
        return lastWalk;
    }

    private synchronized void watch() {
        if (!closed) {
            timer = vertx.setTimer(
                    everyMillis, id -> rescan().onFailure(this::report).onComplete(done -> watch()));
        }
    }

    private void report(Throwable cause) {
        if (!closed) {
            LOG.warn("the documents folder could not be looked at, the next look may do better", cause);
        }
    }

    private @Nullable Void closeIndex() throws IOException {
        index.close();
        return null;
    }

    private @Nullable Void walk() throws IOException {
        FileTime now = FileTime.fromMillis(System.currentTimeMillis());
        TreeMap<String, Look> seen = look();
        if (seen == null) {
            return null;
        }
        Set<String> sources = new TreeSet<>(known.keySet());
        sources.addAll(seen.keySet());
        boolean change = false;
        for (String source : sources) {
            Look look = seen.get(source);
            Look before = known.get(source);
            if (!Objects.equals(look, before) || (look != null && look.isFresh(now))) {
                change |= take(source, look, before);
            }
        }
        known.clear();
        known.putAll(seen);
        if (change) {
            index.refresh();
            documents = texts.size();
            tell();
        }
        return null;
    }

    /** A folder that cannot be walked now (an unmounted volume) leaves everything as it was: old answers beat none. */
    private @Nullable TreeMap<String, Look> look() {
        try {
            TreeMap<String, Look> seen = folder.scan();
            lost = false;
            return seen;
        } catch (IOException e) {
            if (!lost) {
                LOG.warn("the documents folder cannot be read, going on with what was read before: {}", e.toString());
            }
            lost = true;
            return null;
        }
    }

    private synchronized void tell() {
        Promise<Void> told = nextChange;
        nextChange = Promise.promise();
        told.complete();
    }

    /** @return whether searches will see a difference */
    private boolean take(String source, @Nullable Look look, @Nullable Look before) throws IOException {
        if (look == null) {
            return drop(source);
        }
        if (look.refusal() != null) {
            if (!look.equals(before)) {
                LOG.info("document {} is left out: {}", source, look.refusal());
            }
            return drop(source);
        }
        try {
            return read(source);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Nesting ten thousand deep exhausts the stack of a Markdown or HTML tree: one bad file, not a dead index.
            String why =
                    e instanceof IOException && e.getMessage() != null ? e.getMessage() : "it cannot be parsed: " + e;
            if (!look.equals(before)) {
                LOG.warn("document {} is left out: {}", source, why);
            }
            return drop(source);
        }
    }

    private boolean read(String source) throws IOException {
        String text = Prose.fromFile(folder.read(source));
        Integer hash = text.hashCode();
        if (hash.equals(texts.get(source))) {
            return false;
        }
        String fileName = source.substring(source.lastIndexOf('/') + 1);
        Format format = Format.of(fileName).orElse(Format.TEXT);
        index.put(source, Passages.cut(source, format.read(fileName, text)));
        texts.put(source, hash);
        return true;
    }

    private boolean drop(String source) throws IOException {
        if (texts.remove(source) == null) {
            return false;
        }
        index.remove(source);
        return true;
    }
}
