package dev.millrace.log.redis;

import dev.millrace.log.StreamName;

/**
 * The two keys of a stream. What stands in braces decides the slot of a cluster, so both are on one node; a brace in the
 * id changes nothing, for both keys are cut at the same place.
 */
record Keys(String stream, String ledger) {

    static Keys of(String prefix, StreamName name) {
        String tag = prefix + ":{" + name.kind().name().toLowerCase(java.util.Locale.ROOT) + ":" + name.id() + "}";
        return new Keys(tag + ":events", tag + ":ledger");
    }
}
