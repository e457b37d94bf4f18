namespace CacheKeeper.Tiers;

/// <summary>How tiers are written: the specification's words for machines, proper names for people.</summary>
internal static class TierNames
{
    public static string Word(this TierName tier) => tier switch
    {
        TierName.Mem0 => "mem0",
        TierName.Upstash => "upstash",
        _ => "postgresql",
    };

    public static string Title(this TierName tier) => tier switch
    {
        TierName.Mem0 => "Mem0",
        TierName.Upstash => "Upstash",
        _ => "PostgreSQL",
    };

    /// <summary>The tier that a word names; null for an unknown word.</summary>
    public static TierName? Parse(string word) => word.ToLowerInvariant() switch
    {
        "mem0" => TierName.Mem0,
        "upstash" or "redis" => TierName.Upstash,
        "postgresql" or "postgres" => TierName.Postgresql,
        _ => null,
    };
}
