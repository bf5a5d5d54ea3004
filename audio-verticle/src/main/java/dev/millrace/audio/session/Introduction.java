package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechEngine;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a session begins with: what its client and the feed are told. */
final class Introduction {

    private static final int MESSAGE_BYTES = 64 << 10;

    private Introduction() {}

    static ServerMessage created(SessionServices services, Tenure begun) {
        SessionSettings settings = begun.state().settings();
        SessionLimits limits = services.limits();
        ServerMessage created = ServerMessage.of("session.created")
                .with("session", begun.identity().session())
                .with("resume_ttl_s", limits.resumeMs() / 1000)
                .with("node", services.node())
                .with("audio", settings.audio());
        settings.changeable().forEach(field -> created.with(field.getKey(), field.getValue()));
        return created.with("stt", engine(services.engines().stt()))
                .with("tts", engine(services.engines().tts()))
                .with(
                        "limits",
                        new JsonObject()
                                .put("message_bytes", MESSAGE_BYTES)
                                .put("idle_s", limits.idleMs() / 1000)
                                .put("sessions", limits.sessions()))
                .with("heartbeat_s", limits.heartbeatMs() / 1000);
    }

    private static @Nullable JsonObject engine(@Nullable SpeechEngine engine) {
        return engine == null
                ? null
                : new JsonObject().put("engine", engine.name()).put("demo", engine.demo());
    }

    /** The feed hears of it when the record has it. Who speaks in a conversation that was there joins it. */
    static void tell(SessionServices services, Tenure begun, @Nullable String conversation) {
        Identity identity = begun.identity();
        services.told().audioStarted(identity.owner(), identity.session());
        if (conversation != null) {
            services.told().memberJoined(identity.owner(), conversation, identity.session());
        }
    }
}
