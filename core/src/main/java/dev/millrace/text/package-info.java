/** Written text as people divide it: for whoever quotes it and for whoever speaks it. */
@NullMarked
package dev.millrace.text;

import org.jspecify.annotations.NullMarked;
