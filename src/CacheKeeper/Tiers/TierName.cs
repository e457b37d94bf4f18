using System.Text.Json.Serialization;

namespace CacheKeeper.Tiers;

/// <summary>The three tiers, in the order in which readers ask them.</summary>
internal enum TierName
{
    [JsonStringEnumMemberName("mem0")]
    Mem0,
    [JsonStringEnumMemberName("upstash")]
    Upstash,
    [JsonStringEnumMemberName("postgresql")]
    Postgresql,
}
