package dev.millrace.agent.text;

/** How much a term tells, by how few passages have it. */
@FunctionalInterface
public interface Rarity {

    /** Where nothing is known about the documents, every term tells as much as any other. */
    Rarity ALIKE = term -> 1;

    /** @param term as {@link Terms} gives it; greater than 0, greatest for a term no passage has */
    double of(String term);
}
