package dev.millrace.agent.mcp;

import io.modelcontextprotocol.spec.McpSchema.AudioContent;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Content;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.ResourceLink;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A result as text, which is what a model reads: of what is no text it learns what it is. */
final class Reading {

    /** A model does not read more, and the log need not keep it. In UTF-16 units. */
    static final int MOST_CHARACTERS = 60_000;

    private Reading() {}

    static JsonObject of(CallToolResult result) {
        String text = text(result);
        return text.length() <= MOST_CHARACTERS
                ? new JsonObject().put("text", text)
                : new JsonObject()
                        .put("text", text.substring(0, MOST_CHARACTERS))
                        .put("cut", true);
    }

    static String text(CallToolResult result) {
        List<Content> parts = result.content() == null ? List.of() : result.content();
        Object structured = result.structuredContent();
        return parts.isEmpty() && structured != null
                ? Json.encode(structured)
                : parts.stream().map(Reading::part).collect(Collectors.joining("\n\n"));
    }

    private static String part(Content content) {
        if (content instanceof TextContent text) {
            return text.text();
        }
        if (content instanceof ImageContent image) {
            return binary("image", image.mimeType(), image.data());
        }
        if (content instanceof AudioContent audio) {
            return binary("audio", audio.mimeType(), audio.data());
        }
        if (content instanceof ResourceLink link) {
            return "[" + link.name() + "](" + link.uri() + ")"
                    + (link.description() == null ? "" : " " + link.description());
        }
        return content instanceof EmbeddedResource embedded ? resource(embedded) : "[" + content.type() + "]";
    }

    private static String resource(EmbeddedResource embedded) {
        if (embedded.resource() instanceof TextResourceContents text) {
            return text.uri() + ":\n" + text.text();
        }
        return embedded.resource() instanceof BlobResourceContents blob
                ? blob.uri() + ": " + binary("file", blob.mimeType(), blob.blob())
                : "[resource]";
    }

    private static String binary(String kind, @Nullable String type, @Nullable String base64) {
        int bytes = base64 == null ? 0 : base64.length() / 4 * 3;
        return "[" + kind + (type == null ? "" : " " + type) + ", about " + bytes + " bytes]";
    }
}
