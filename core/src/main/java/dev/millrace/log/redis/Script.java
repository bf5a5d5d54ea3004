package dev.millrace.log.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What Redis does in one step. Every script is given the two keys of one stream, and begins with the same four
 * arguments: how far the log's clock is ahead of Redis's, and how many events, bytes and milliseconds are kept.
 *
 * <p>They run on 6.2 and later: no partial ids, and {@code TIME} before a write, for effects are replicated and not the
 * script. An entry's id is written out with {@code %.0f}, because Lua would write the millisecond as 1.79e+12.
 *
 * <p>The stream key is the truth. The ledger beside it holds what the stream cannot say: {@code before}, the last entry
 * that was dropped; {@code bytes}; {@code expires}, when somebody said so; and for each writing process, {@code w:…},
 * its last append and what came of it. A ledger without its stream means nothing.
 */
enum Script {
    /**
     * Appends. The number of the append comes back unchanged when it is repeated, so a writer whose connection broke may
     * ask again: what was stored is answered and not stored twice. A number below the last one is a late copy of an
     * append that was settled long ago, which a broken connection may still deliver.
     *
     * <p>The first write is the one that Redis refuses when its memory is full; but a last word is let in by a write
     * before it that never needs memory, for without it a reader would wait for ever.
     */
    APPEND("""
            local expected, writer, number = ARGV[5], 'w:' .. ARGV[6], ARGV[7]
            local last = newest()
            local known = last and redis.call('HGET', ledger, writer)
            if known then
              local done, previous, stored = string.match(known, '^(%d+) (%S+) (%S+)$')
              if done == number then return {'stored', previous, stored} end
              if tonumber(done) > tonumber(number) then return {'late'} end
            end
            local head = last and last[1] or '0-0'
            local seq, millis = parts(head)
            if (last and last[2][2] == 'done') or (expected ~= '-1' and expected ~= text(seq)) then
              return {'conflict', head}
            end
            millis = math.max(millis, now)
            local kept = account(last)
            if ARGV[#ARGV - 1] == 'done' then redis.call('PERSIST', stream) end
            local id
            for i = 8, #ARGV, 2 do
              seq = seq + 1
              id = text(seq) .. '-' .. text(millis)
              redis.call('XADD', stream, id, 'type', ARGV[i], 'data', ARGV[i + 1])
              kept.bytes = kept.bytes + weight(ARGV[i], ARGV[i + 1])
            end
            if not last then redis.call('DEL', ledger) end
            trim(kept)
            local new = redis.call('HSET', ledger, 'before', kept.before, 'bytes', text(kept.bytes),
                writer, number .. ' ' .. head .. ' ' .. id)
            if new > 0 and redis.call('HLEN', ledger) > 20 then forgetWriters() end
            live(keepMillis, kept.expires)
            return {'stored', head, id}
            """),

    /** What stands where, and what follows a position: {@code after, limit}. */
    READ("""
            local after, limit = ARGV[5], tonumber(ARGV[6])
            local last = newest()
            local seq = parts(after)
            if not last then
              return {after == '0-0' and 'EXACT' or seq > 0 and 'BEYOND' or 'FOREIGN'}
            end
            local kept = account(last)
            if trim(kept) then
              redis.call('HSET', ledger, 'before', kept.before, 'bytes', text(kept.bytes))
            end
            local standing = 'FOREIGN'
            if seq < parts(kept.before) then
              standing = 'BEHIND'
            elseif seq > parts(last[1]) then
              standing = 'BEYOND'
            elseif after == kept.before or #redis.call('XRANGE', stream, after, after) == 1 then
              standing = 'EXACT'
            end
            local entries = {}
            if limit > 0 then
              local from = standing == 'EXACT' and '(' .. after or '-'
              entries = redis.call('XRANGE', stream, from, '+', 'COUNT', limit)
            end
            local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1]
            local word = last[2][2] == 'done' and {last} or {}
            return {standing, kept.before, last[1], first, redis.call('XLEN', stream), kept.bytes, word, entries}
            """),

    /** The position before the first entry of a time or later: {@code millis}. Entries are ordered in time as in place. */
    LOCATE("""
            local millis = tonumber(ARGV[5])
            local last = newest()
            if not last then return '0-0' end
            local kept = account(last)
            if trim(kept) then
              redis.call('HSET', ledger, 'before', kept.before, 'bytes', text(kept.bytes))
            end
            local found = kept.before
            local low, high = parts(found) + 1, parts(last[1]) + 1
            while low < high do
              local middle = math.floor((low + high) / 2)
              local id = redis.call('XRANGE', stream, text(middle) .. '-0', '+', 'COUNT', 1)[1][1]
              local _, at = parts(id)
              if at < millis then
                found, low = id, middle + 1
              else
                high = middle
              end
            end
            return found
            """),

    /** Drops the stream after {@code millis}; at once when that is zero. */
    EXPIRE("""
            local millis = tonumber(ARGV[5])
            local last = newest()
            if not last or millis == 0 then
              redis.call('UNLINK', stream, ledger)
              return 'gone'
            end
            local _, at = parts(last[1])
            live(at + keepMillis - now, now + millis)
            redis.call('HSET', ledger, 'expires', text(now + millis))
            redis.call('PEXPIRE', ledger, redis.call('PTTL', stream))
            return 'waiting'
            """);

    private static final String PRELUDE = """
            local stream, ledger = KEYS[1], KEYS[2]
            local time = redis.call('TIME')
            local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
            local keepEvents, keepBytes, keepMillis = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

            local function text(number)
              return string.format('%.0f', number)
            end

            local function parts(id)
              local seq, millis = string.match(id, '^(%d+)-(%d+)$')
              return tonumber(seq), tonumber(millis)
            end

            local function weight(type, data)
              return #type + #data + 64
            end

            local function newest()
              return redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
            end

            -- What the ledger says. One that was lost (evicted, or deleted by hand) is made up from the oldest entry:
            -- then only the identity of what was dropped last is not known.
            local function account(last)
              if not last then return {before = '0-0', bytes = 0} end
              local said = redis.call('HMGET', ledger, 'before', 'bytes', 'expires')
              if said[1] then
                return {before = said[1], bytes = tonumber(said[2]), expires = tonumber(said[3])}
              end
              local seq, millis = parts(redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1])
              local before = seq == 1 and '0-0' or text(seq - 1) .. '-' .. text(millis)
              return {before = before, bytes = 0}
            end

            -- Drops the oldest while there is too much, or they are too old, but never the newest. Returns whether it
            -- dropped any. Redis may refuse to (a full disk, too few replicas): then they stay, and reads go on.
            local function trim(kept)
              local count, oldest, step, any = redis.call('XLEN', stream), now - keepMillis, 1, false
              while count > 1 do
                local before, bytes, left = kept.before, kept.bytes, count
                for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', math.min(step, count - 1))) do
                  local _, millis = parts(entry[1])
                  if left <= keepEvents and bytes <= keepBytes and millis >= oldest then break end
                  before, bytes, left = entry[1], bytes - weight(entry[2][2], entry[2][4]), left - 1
                end
                if left == count then return any end
                local done = redis.pcall('XTRIM', stream, 'MINID', '=', text(parts(before) + 1) .. '-0')
                if type(done) == 'table' and done.err then return any end
                kept.before, kept.bytes, count = before, bytes, left
                any, step = true, math.min(step * 2, 64)
              end
              return any
            end

            -- How long both keys stay: as long as the newest entry is young enough, but not longer than somebody said.
            local function live(millis, expires)
              local stay = text(math.max(1, math.min(millis, (expires or now + millis) - now)))
              redis.call('PEXPIRE', stream, stay)
              redis.call('PEXPIRE', ledger, stay)
            end

            -- Processes come and go, and a feed outlives them. Nobody repeats an append for as long as an hour.
            local function forgetWriters()
              local said = redis.call('HGETALL', ledger)
              for i = 1, #said, 2 do
                local millis = string.sub(said[i], 1, 2) == 'w:' and string.match(said[i + 1], '-(%d+)$')
                if millis and tonumber(millis) < now - 3600000 then redis.call('HDEL', ledger, said[i]) end
              end
            end

            """;

    private final String text;
    private final String sha;

    Script(String body) {
        this.text = PRELUDE + body;
        this.sha = sha1(text);
    }

    String text() {
        return text;
    }

    /** The name Redis knows it by, once it has seen it. */
    String sha() {
        return sha;
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
