namespace CacheKeeper.Tiers;

/// <summary>One step of SCAN: its command and its answer.</summary>
internal static class ScanStep
{
    public const string Begin = "0";

    public static object[] Command(RedisSettings settings, string cursor, int count) => settings.KeyPrefix.Length > 0
        ? ["SCAN", cursor, "MATCH", RedisKey.GlobEscape(settings.KeyPrefix) + "*", "COUNT", count]
        : ["SCAN", cursor, "COUNT", count];

    /// <summary>Where to go on, <see cref="Begin"/> at the end, and the keys that were not seen before.</summary>
    /// <exception cref="TierException">It is not what SCAN answers.</exception>
    public static (string Cursor, List<string> Keys) Read(RedisReply step, SeenKeys seen) => step.Items is [var next, { Items: { } keys }]
        ? (next.Text!, keys.Select(item => RedisKey.ToId(item.Bytes!)).Where(seen.Add).ToList())
        : throw new TierException(TierName.Upstash, "scan", "SCAN answered nonsense");
}
