namespace CacheKeeper.Recovery;

/// <summary>What Redis tells of its memory; what it does not tell is null. Pure.</summary>
internal sealed record RedisMemory(long? Used, long? Limit, long? Evicted)
{
    /// <param name="info">The answer to INFO.</param>
    /// <param name="configured">The limit of the settings, which wins over the server's.</param>
    public static RedisMemory Parse(string info, long? configured)
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in info.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 2) is [var name, var text] && long.TryParse(text, out var value))
            {
                figures[name] = value;
            }
        }

        var told = figures.TryGetValue("maxmemory", out var maximum) && maximum > 0 ? maximum : (long?)null;
        return new RedisMemory(Of(figures, "used_memory"), configured ?? told, Of(figures, "evicted_keys"));
    }

    /// <summary>In use and allowed; null when either is unknown.</summary>
    public (long Used, long Limit)? Share => Used is { } used && Limit is > 0 and var limit ? (used, limit) : null;

    private static long? Of(Dictionary<string, long> figures, string name) => figures.TryGetValue(name, out var value) ? value : null;
}
