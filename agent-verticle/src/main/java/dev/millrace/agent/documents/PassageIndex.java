package dev.millrace.agent.documents;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Closeness;
import dev.millrace.agent.text.Terms;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/** Passages in a Lucene index on the heap. Every method works on the caller's thread: none of it is for an event loop. */
final class PassageIndex implements Closeable {

    private static final String SOURCE = "source";
    private static final String TITLE = "title";
    private static final String HEADING = "heading";
    private static final String LINE = "line";
    private static final String TEXT = "text";

    /** A word in a heading says what all below is about, so it counts more than one in the text. */
    private static final float HEADING_BOOST = 1.4f;

    private static final float TITLE_BOOST = 1.1f;

    /** How much of the weaker fields' scores a term adds to its best field's. */
    private static final float TIE = 0.3f;

    /** So many of the best are looked at twice: what a heading says may lift one over others. */
    private static final int CONSIDERED = 40;

    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final SearcherManager searchers;

    PassageIndex() throws IOException {
        // Merges run on the thread that writes, so that no thread outlives close().
        IndexWriterConfig config =
                new IndexWriterConfig(Terms.analyzer()).setMergeScheduler(new SerialMergeScheduler());
        writer = new IndexWriter(directory, config);
        searchers = new SearcherManager(writer, null);
    }

    /** Replaces what is known of a file. Searches see it after {@link #refresh()}. */
    void put(String source, List<Passage> passages) throws IOException {
        List<org.apache.lucene.document.Document> rows =
                passages.stream().map(PassageIndex::row).toList();
        writer.updateDocuments(new Term(SOURCE, source), rows);
    }

    void remove(String source) throws IOException {
        writer.deleteDocuments(new Term(SOURCE, source));
    }

    void refresh() throws IOException {
        searchers.maybeRefreshBlocking();
    }

    List<Passage> search(String question, int limit) throws IOException {
        List<String> terms = Terms.informative(question);
        if (terms.isEmpty() || limit < 1) {
            return List.of();
        }
        IndexSearcher searcher = searchers.acquire();
        try {
            List<Passage> found = new ArrayList<>();
            StoredFields stored = searcher.storedFields();
            for (ScoreDoc hit : searcher.search(query(terms), Math.max(limit, CONSIDERED)).scoreDocs) {
                found.add(passage(stored.document(hit.doc), hit.score));
            }
            return best(found, terms, searcher.getIndexReader(), limit);
        } finally {
            searchers.release(searcher);
        }
    }

    /** A passage that is about what is asked comes before one that mentions it, however often. */
    private static List<Passage> best(List<Passage> found, List<String> terms, IndexReader reader, int limit) {
        Closeness closeness = new Closeness(terms, term -> rarity(reader, term));
        return found.stream()
                .map(each ->
                        each.scored(each.score() * (1 + closeness.of(each.title(), each.heading(), Passage.ARROW))))
                .sorted(Comparator.comparingDouble(Passage::score).reversed())
                .limit(limit)
                .toList();
    }

    double rarity(String term) throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            return rarity(searcher.getIndexReader(), term);
        } finally {
            searchers.release(searcher);
        }
    }

    /** The inverse document frequency of BM25. */
    private static double rarity(IndexReader reader, String term) {
        try {
            double all = reader.numDocs();
            double with = Math.max(reader.docFreq(new Term(TEXT, term)), reader.docFreq(new Term(HEADING, term)));
            with = Math.min(with, all); // deleted passages are counted until their segment is merged
            return Math.log(1 + (all - with + 0.5) / (with + 0.5));
        } catch (IOException e) {
            throw new UncheckedIOException("looking up a term", e);
        }
    }

    /**
     * Lets go of the heap. The writer is not closed: that would commit, to a directory that nobody opens again, and in
     * Lucene 9.12 it can trip over its own count of bytes when documents have just been read anew ("netBytes has
     * unexpected value"). It holds no thread and no file.
     */
    @Override
    public void close() throws IOException {
        searchers.close();
        directory.close();
    }

    private static Query query(List<String> terms) {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (String term : terms) {
            Query fields = new DisjunctionMaxQuery(
                    List.of(
                            new TermQuery(new Term(TEXT, term)),
                            new BoostQuery(new TermQuery(new Term(HEADING, term)), HEADING_BOOST),
                            new BoostQuery(new TermQuery(new Term(TITLE, term)), TITLE_BOOST)),
                    TIE);
            any.add(new BoostQuery(fields, (float) Terms.weight(term)), Occur.SHOULD);
        }
        return any.build();
    }

    private static org.apache.lucene.document.Document row(Passage passage) {
        org.apache.lucene.document.Document row = new org.apache.lucene.document.Document();
        row.add(new StringField(SOURCE, passage.source(), Field.Store.YES));
        row.add(new TextField(TITLE, passage.title(), Field.Store.YES));
        row.add(new TextField(HEADING, passage.heading(), Field.Store.YES));
        row.add(new StoredField(LINE, passage.line()));
        row.add(new TextField(TEXT, passage.text(), Field.Store.YES));
        return row;
    }

    private static Passage passage(org.apache.lucene.document.Document row, double score) {
        return new Passage(
                row.get(SOURCE),
                row.get(TITLE),
                row.get(HEADING),
                row.getField(LINE).numericValue().intValue(),
                row.get(TEXT),
                score);
    }
}
