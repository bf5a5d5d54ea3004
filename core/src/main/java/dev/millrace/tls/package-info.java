/** Certificates and their keys, read from files and checked, with one sentence for what is wrong with them. */
@NullMarked
package dev.millrace.tls;

import org.jspecify.annotations.NullMarked;
