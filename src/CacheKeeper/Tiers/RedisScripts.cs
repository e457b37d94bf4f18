namespace CacheKeeper.Tiers;

/// <summary>The Lua scripts of the Redis tier. Keys always come in KEYS, everything else in ARGV.</summary>
internal static class RedisScripts
{
    /// <summary>
    /// For each key: type, absolute expiry in ms (-1 none, -2 gone), bytes of the value, SHA-1 of the value, its first five bytes. One billed call a page.
    /// Non-string values are told by their DUMP, where the server has it.
    /// </summary>
    public const string Heads = """
        local out = {}
        for i, key in ipairs(KEYS) do
          local kind = redis.call('TYPE', key)
          kind = kind['ok'] or kind
          local value = ''
          if kind == 'string' then value = redis.call('GET', key)
          elseif kind ~= 'none' then
            local dumped = redis.pcall('DUMP', key)
            if type(dumped) == 'string' then value = dumped end
          end
          if not value then value = '' end
          out[i] = { kind, redis.call('PEXPIRETIME', key), string.len(value), redis.sha1hex(value), string.sub(value, 1, 5) }
        end
        return out
        """;

    /// <summary>
    /// One text of numbers with a space after each: for each key its absolute expiry in ms (-1 none, -2 gone), bytes in memory (those of the value where MEMORY
    /// is refused), seconds since it was last used (-1 where the server does not tell). Touches no key's idle time as long as MEMORY is allowed: looking at a
    /// cache must not make it look used. (Lua writes numbers with fourteen digits; an end past the year 5138 needs more.)
    /// </summary>
    public const string Glance = """
        local out = {}
        for i, key in ipairs(KEYS) do
          local bytes = redis.pcall('MEMORY', 'USAGE', key)
          if type(bytes) == 'table' then bytes = redis.pcall('STRLEN', key) end
          if type(bytes) ~= 'number' then bytes = 0 end
          local idle = redis.pcall('OBJECT', 'IDLETIME', key)
          if type(idle) ~= 'number' then idle = -1 end
          local ends = redis.call('PEXPIRETIME', key)
          if ends > 90000000000000 then ends = string.format('%.0f', ends) end
          out[3 * i - 2], out[3 * i - 1], out[3 * i] = ends, bytes, idle
        end
        out[#out + 1] = ''
        return table.concat(out, ' ')
        """;

    /// <summary>
    /// One text, so that a client makes nothing for each key: for each key 0 gone, 1 a string as it is, 2 a DUMP, 3 not read yet, 4 of a type that this server does
    /// not DUMP; absolute expiry; length of the value; value; a space after each. ARGV: so many bytes of values at most; the keys after that are not read yet, never
    /// the first one. A user whose right is missing is refused, else its keys would pass for ones that cannot be read.
    /// </summary>
    public const string Read = """
        local out = {}
        local left = tonumber(ARGV[1])
        local pcall, len, find = redis.pcall, string.len, string.find
        local function refused(reply)
          return type(reply) == 'table' and (find(reply.err, 'NOPERM', 1, true) or find(reply.err, "can't run this command", 1, true))
        end
        local function refusal(command)
          return redis.error_reply("NOPERM this user has no permissions to run the '" .. command .. "' command in a script")
        end
        for i, key in ipairs(KEYS) do
          local kind, value, ends = 3, '', -1
          if left > 0 then
            kind, value = 1, pcall('GET', key)
            if refused(value) then return refusal('get') end
            if type(value) == 'table' then
              kind, value = 2, pcall('DUMP', key)
              if refused(value) then return refusal('dump') end
            end
            if type(value) == 'string' then ends = redis.call('PEXPIRETIME', key)
            elseif kind == 1 then kind, value = 0, ''
            else kind, value = 4, '' end
            left = left - len(value)
          end
          if ends > 90000000000000 then ends = string.format('%.0f', ends) end
          out[4 * i - 3], out[4 * i - 2], out[4 * i - 1], out[4 * i] = kind, ends, len(value), value
        end
        out[#out + 1] = ''
        return table.concat(out, ' ')
        """;

    /// <summary>ARGV: deadline in ms, then per key its expiry and SHA-1. Removes each key that is still exactly that; 1 removed, 0 left, -1 past the deadline.</summary>
    public const string Remove = """
        local now = redis.call('TIME')
        local late = now[1] * 1000 + now[2] / 1000 > tonumber(ARGV[1])
        local out = {}
        for i, key in ipairs(KEYS) do
          local kind = redis.call('TYPE', key)
          kind = kind['ok'] or kind
          local value = false
          if kind == 'string' then value = redis.call('GET', key)
          elseif kind ~= 'none' then
            local dumped = redis.pcall('DUMP', key)
            if type(dumped) == 'string' then value = dumped end
          end
          if late then out[i] = -1
          elseif value and string.format('%.0f', redis.call('PEXPIRETIME', key)) == ARGV[2 * i] and redis.sha1hex(value) == ARGV[2 * i + 1] then
            out[i] = redis.call('UNLINK', key)
          else out[i] = 0 end
        end
        return out
        """;

    /// <summary>ARGV: deadline, then per key expected expiry, expected SHA-1, new absolute expiry ('' keeps, 'never' takes it away), new value or '' with a flag 1/0.</summary>
    public const string Rewrite = """
        local now = redis.call('TIME')
        local late = now[1] * 1000 + now[2] / 1000 > tonumber(ARGV[1])
        local out = {}
        for i, key in ipairs(KEYS) do
          local at = 5 * i - 3
          local kind = redis.call('TYPE', key)
          kind = kind['ok'] or kind
          local value = kind == 'string' and redis.call('GET', key)
          if late then out[i] = -1
          elseif value and string.format('%.0f', redis.call('PEXPIRETIME', key)) == ARGV[at] and redis.sha1hex(value) == ARGV[at + 1] then
            if ARGV[at + 4] == '1' then redis.call('SET', key, ARGV[at + 3], 'KEEPTTL') end
            if ARGV[at + 2] == 'never' then redis.call('PERSIST', key)
            elseif ARGV[at + 2] ~= '' then redis.call('PEXPIREAT', key, ARGV[at + 2]) end
            out[i] = 1
          else out[i] = 0 end
        end
        return out
        """;

    /// <summary>
    /// <c>holds(key, expected)</c>: whether a key holds what is expected, as <see cref="RedisDigest"/> tells it. The elements of a type that this server does not
    /// DUMP are put in order as hexadecimal: how a server compares raw bytes hangs on its locale.
    /// </summary>
    private const string Holds = """
        local function hex(bytes) return (string.gsub(bytes, '.', function(byte) return string.format('%02X', string.byte(byte)) end)) end
        local function elements(kind, key)
          local items, names, values
          if kind == 'hash' then items, names, values = redis.call('HGETALL', key), {}, {}
          elseif kind == 'list' then items = redis.call('LRANGE', key, '0', '-1')
          elseif kind == 'set' then items = redis.call('SMEMBERS', key)
          elseif kind == 'zset' then items = redis.call('ZRANGE', key, '0', '-1', 'WITHSCORES')
          else return '?' end
          for i, item in ipairs(items) do items[i] = hex(item) end
          if kind == 'set' then table.sort(items) end
          if kind == 'hash' then
            for i = 1, #items, 2 do names[#names + 1], values[items[i]] = items[i], items[i + 1] end
            table.sort(names)
            for i, name in ipairs(names) do items[2 * i - 1], items[2 * i] = name, values[name] end
          end
          return redis.sha1hex(table.concat(items, ','))
        end
        local function holds(key, expected)
          if expected == '*' then return true end
          local kind = redis.call('TYPE', key)
          kind = kind['ok'] or kind
          if kind == 'none' or expected == '' then return kind == 'none' and expected == '' end
          if kind == 'string' then return redis.sha1hex(redis.call('GET', key)) == expected end
          local dumped = redis.pcall('DUMP', key)
          if type(dumped) == 'string' then return redis.sha1hex(dumped) == expected end
          return elements(kind, key) == expected
        end

        """;

    /// <summary>One key with a value that is no text. ARGV: what must stand, absolute expiry (0 none), string or dump, raw or hex, the value. 1 written, 0 left.</summary>
    public const string RestoreBytes = Holds + """
        if not holds(KEYS[1], ARGV[1]) then return { 0 } end
        local value = ARGV[5]
        if ARGV[4] == 'hex' then value = string.gsub(value, '..', function (digits) return string.char(tonumber(digits, 16)) end) end
        if ARGV[3] == 'dump' then redis.call('RESTORE', KEYS[1], ARGV[2], value, 'REPLACE', 'ABSTTL')
        else
          redis.call('SET', KEYS[1], value)
          if ARGV[2] ~= '0' then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
        end
        return { 1 }
        """;

    /// <summary>ARGV: per key what must stand, its absolute expiry ('' none) and value. 1 written, 0 left.</summary>
    public const string Restore = Holds + """
        local out = {}
        for i, key in ipairs(KEYS) do
          if not holds(key, ARGV[3 * i - 2]) then out[i] = 0
          else
            redis.call('SET', key, ARGV[3 * i])
            if ARGV[3 * i - 1] ~= '' then redis.call('PEXPIREAT', key, ARGV[3 * i - 1]) end
            out[i] = 1
          end
        end
        return out
        """;

    /// <summary>
    /// KEYS: a scratch key, the key. ARGV: type, absolute expiry ('' none), what must stand, elements as hexadecimal (any bytes pass REST so). Built beside, then
    /// renamed. 1 written, 0 left.
    /// </summary>
    public const string RestoreTyped = Holds + """
        if not holds(KEYS[2], ARGV[3]) then return 0 end
        local adds = { list = 'RPUSH', set = 'SADD' }
        local function plain(hex) return (string.gsub(hex, '..', function(byte) return string.char(tonumber(byte, 16)) end)) end
        redis.call('DEL', KEYS[1])
        local step = (ARGV[1] == 'hash' or ARGV[1] == 'zset') and 2 or 1
        for i = 4, #ARGV, step do
          if ARGV[1] == 'hash' then redis.call('HSET', KEYS[1], plain(ARGV[i]), plain(ARGV[i + 1]))
          elseif ARGV[1] == 'zset' then redis.call('ZADD', KEYS[1], plain(ARGV[i + 1]), plain(ARGV[i]))
          else redis.call(adds[ARGV[1]], KEYS[1], plain(ARGV[i])) end
        end
        if ARGV[2] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
        redis.call('RENAME', KEYS[1], KEYS[2])
        return 1
        """;
}
