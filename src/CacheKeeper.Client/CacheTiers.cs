namespace CacheKeeper.Client;

/// <summary>The names of the three tiers, in the order in which a lookup asks them.</summary>
public static class CacheTiers
{
    /// <summary>AI memory, asked first: it can also answer a question that was put in other words.</summary>
    public const string Mem0 = "mem0";

    /// <summary>Redis, by the Upstash REST interface or by the Redis protocol.</summary>
    public const string Upstash = "upstash";

    /// <summary>The table <c>cache_entries</c>.</summary>
    public const string PostgreSql = "postgresql";

    /// <summary>Not a tier: the name under which a lookup as a whole is counted.</summary>
    public const string All = "all";

    /// <summary>The three, in the order in which a lookup asks them.</summary>
    public static IReadOnlyList<string> InOrder { get; } = [Mem0, Upstash, PostgreSql];
}
