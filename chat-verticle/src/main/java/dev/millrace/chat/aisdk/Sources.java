package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.event.RunEvent.Citation;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The sources of a message: each stands in it once, and each citation of it names the place that it is for. */
final class Sources {

    private static final Map<String, String> MEDIA_TYPES =
            Map.of("md", "text/markdown", "html", "text/html", "htm", "text/html", "pdf", "application/pdf");

    private final Set<Integer> told = new HashSet<>();

    void cite(Citation citation, Frames out) {
        if (told.add(citation.n())) {
            out.add(chunk(citation));
        }
        out.add(Chunk.data("citation", citation.toJson()));
    }

    private static JsonObject chunk(Citation citation) {
        if (citation.url() != null) {
            return Chunk.of("source-url")
                    .put("sourceId", id(citation))
                    .put("url", citation.url())
                    .put("title", citation.title());
        }
        return Chunk.of("source-document")
                .put("sourceId", id(citation))
                .put("mediaType", mediaType(citation))
                .put("title", citation.title())
                .put("filename", file(citation));
    }

    /** The same as it stands in a citation with offsets. */
    static JsonObject source(Citation citation) {
        JsonObject source = new JsonObject().put("type", "source");
        if (citation.url() != null) {
            return source.put("sourceType", "url")
                    .put("id", id(citation))
                    .put("url", citation.url())
                    .put("title", citation.title());
        }
        return source.put("sourceType", "document")
                .put("id", id(citation))
                .put("mediaType", mediaType(citation))
                .put("title", citation.title())
                .put("filename", file(citation));
    }

    private static String id(Citation citation) {
        return "source_" + citation.n();
    }

    /** The source without its line. */
    private static String file(Citation citation) {
        int fragment = citation.source().indexOf('#');
        return fragment < 0 ? citation.source() : citation.source().substring(0, fragment);
    }

    private static String mediaType(Citation citation) {
        String file = file(citation);
        return MEDIA_TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "text/plain");
    }
}
