using System.Collections.Frozen;
using System.Text;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>
/// The commands Upstash documents for REST. What is not here (OBJECT, SLOWLOG, DEBUG, CLIENT, WATCH, the blocking ones, …) is refused as Upstash
/// refuses it. Source: Upstash's compatibility page as of 2026; access as Redis 7 groups its ACL categories.
/// </summary>
internal static class CommandTable
{
    private const int LongestName = 32;

    private static readonly FrozenDictionary<string, CommandRule> Rules = Build().ToFrozenDictionary(rule => rule.Name);

    private static readonly FrozenDictionary<string, CommandRule>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Rules.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The rule for a name in any case, or null when Upstash does not offer the command over REST.</summary>
    public static CommandRule? Find(ReadOnlySpan<byte> name)
    {
        Span<char> upper = stackalloc char[LongestName];
        return name.Length <= LongestName && Ascii.ToUpper(name, upper, out var length) == System.Buffers.OperationStatus.Done
            && Lookup.TryGetValue(upper[..length], out var rule)
            ? rule
            : null;
    }

    private static IEnumerable<CommandRule> Build() =>
    [
        .. Of(CommandAccess.None, 0, 0, 0, "PING ECHO TIME COMMAND SELECT"),
        .. Of(CommandAccess.Read, 1, 1, 1, """
            GET STRLEN GETRANGE SUBSTR BITCOUNT BITFIELD_RO BITPOS GETBIT TTL PTTL EXPIRETIME PEXPIRETIME TYPE DUMP
            HEXISTS HGET HGETALL HKEYS HLEN HMGET HSCAN HSTRLEN HRANDFIELD HVALS HTTL HPTTL HEXPIRETIME HPEXPIRETIME
            LINDEX LLEN LPOS LRANGE SCARD SISMEMBER SMEMBERS SMISMEMBER SRANDMEMBER SSCAN
            ZCARD ZCOUNT ZLEXCOUNT ZMSCORE ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE
            ZREVRANK ZSCAN ZSCORE GEODIST GEOHASH GEOPOS GEORADIUS_RO GEORADIUSBYMEMBER_RO GEOSEARCH XLEN XRANGE XREVRANGE XPENDING DIGEST
            """),
        .. Of(CommandAccess.Read, 1, -1, 1, "MGET EXISTS TOUCH PFCOUNT SDIFF SINTER SUNION"),
        .. Of(CommandAccess.Read, 0, 0, 0, "DBSIZE RANDOMKEY SINTERCARD ZDIFF ZINTER ZINTERCARD ZUNION XREAD"),
        .. Of(CommandAccess.Read, 2, 2, 1, "MEMORY XINFO"),
        .. Of(CommandAccess.Powerful, 0, 0, 0, "SCAN KEYS INFO CONFIG ACL PUBSUB WAIT WAITAOF PUBLISH"),
        .. Of(CommandAccess.Powerful, 0, 0, 0, "EVAL_RO EVALSHA_RO FCALL_RO SCRIPT FUNCTION"),
        .. Of(CommandAccess.Remove, 1, -1, 1, "DEL UNLINK"),
        .. Of(CommandAccess.Remove, 1, 1, 1, """
            GETDEL EXPIRE PEXPIRE EXPIREAT PEXPIREAT HDEL HGETDEL LPOP RPOP LREM LTRIM SREM SPOP DELEX
            ZREM ZPOPMIN ZPOPMAX ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE XDEL XTRIM XACK
            """),
        .. Of(CommandAccess.Remove, 0, 0, 0, "FLUSHDB FLUSHALL"),
        .. Of(CommandAccess.Write, 1, 1, 1, """
            SET SETEX PSETEX SETNX SETRANGE SETBIT BITFIELD APPEND DECR DECRBY INCR INCRBY INCRBYFLOAT GETSET GETEX PERSIST RESTORE
            HINCRBY HINCRBYFLOAT HMSET HSET HSETNX HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST HGETEX HSETEX
            LINSERT LPUSH LPUSHX LSET RPUSH RPUSHX SADD ZADD ZINCRBY GEOADD GEORADIUS GEORADIUSBYMEMBER PFADD XADD XAUTOCLAIM XCLAIM XSETID
            ZUNIONSTORE ZINTERSTORE ZDIFFSTORE
            """),
        .. Of(CommandAccess.Write, 1, 2, 1, "COPY RENAME RENAMENX RPOPLPUSH LMOVE SMOVE GEOSEARCHSTORE ZRANGESTORE"),
        .. Of(CommandAccess.Write, 1, -1, 1, "PFMERGE SDIFFSTORE SINTERSTORE SUNIONSTORE"),
        .. Of(CommandAccess.Write, 1, -1, 2, "MSET MSETNX"),
        .. Of(CommandAccess.Write, 2, -1, 1, "BITOP XGROUP"),
        .. Of(CommandAccess.Write, 0, 0, 0, "EVAL EVALSHA FCALL LMPOP ZMPOP XREADGROUP"),
    ];

    private static IEnumerable<CommandRule> Of(CommandAccess access, int first, int last, int step, string names) =>
        names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(name => new CommandRule(name, access, first, last, step));
}
