using System.Text.Json;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>What can go wrong and is repaired by itself, in the specification's words.</summary>
internal enum IssueKind
{
    Mem0ConnectionFailure,
    UpstashConnectionFailure,
    PostgresqlConnectionFailure,
    AllTiersDown,
    HighMemoryUsage,
    LowHitRatio,
    PerformanceDegradation,
    DiskFull,
    QuotaOrRateLimited,
    EvictionOrWriteRejected,
    CredentialsRejected,
}

/// <summary>An issue of one subject: two tiers can be rate limited at once, each with its own incident, lease and budget.</summary>
internal readonly record struct IssueKey(IssueKind Kind, TierName? Tier = null)
{
    /// <summary>The kind as it is stored and printed.</summary>
    public string Word => JsonNamingPolicy.SnakeCaseLower.ConvertName(Kind.ToString());

    public override string ToString() => Tier is { } tier ? $"{Word}/{tier.Word()}" : Word;
}
