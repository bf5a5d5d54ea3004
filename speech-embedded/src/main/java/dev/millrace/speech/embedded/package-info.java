/**
 * Speech engines inside the program, so that a conversation by voice can be tried with no download, no key and no native
 * code: sphinx4, which understands the phrases of a grammar and nothing else, and the small voice of FreeTTS.
 */
@NullMarked
package dev.millrace.speech.embedded;

import org.jspecify.annotations.NullMarked;
