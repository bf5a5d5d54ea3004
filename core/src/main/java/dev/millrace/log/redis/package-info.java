/** The log in Redis Streams: many processes, one log. */
@NullMarked
package dev.millrace.log.redis;

import org.jspecify.annotations.NullMarked;
