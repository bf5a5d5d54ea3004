package dev.millrace.launch;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine;

/** Reads an http or https URL, and says so of what is none. */
public final class Urls implements CommandLine.ITypeConverter<URI> {

    @Override
    public URI convert(String text) {
        try {
            URI url = new URI(text);
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() != null && url.getPort() <= 65_535) {
                return url;
            }
        } catch (URISyntaxException e) {
            // as wrong as one without a host
        }
        throw new CommandLine.TypeConversionException("'" + text + "' is no URL like http://127.0.0.1:8080");
    }
}
