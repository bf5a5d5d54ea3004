package dev.millrace.agent.mcp;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Where a server is. What it prints of itself holds no secret. */
sealed interface Address {

    /**
     * A program that we start and speak with over its standard streams.
     *
     * @param environment on top of the few variables that every program needs
     */
    record Program(String command, List<String> arguments, Map<String, String> environment) implements Address {

        @Override
        public String toString() {
            return command;
        }
    }

    /** A URL for streamable HTTP. */
    record Remote(URI url, Map<String, String> headers) implements Address {

        @Override
        public String toString() {
            return url.getScheme() + "://" + url.getRawAuthority(); // a path may be a secret, too
        }
    }
}
