using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>One page of a tier's entries: identities and what the tier knows of them, never their content.</summary>
/// <param name="Next">Where the next page begins; null on the last one.</param>
internal sealed record EntryListing(TierName Tier, IReadOnlyList<EntryHead> Entries, string? Next);

/// <summary>What of a tier is asked for.</summary>
internal sealed record EntryQuestion(TierName Tier, string? Category, EntryState State, string? After, int Limit)
{
    public const int Usual = 50;
    public const int Most = 500;

    /// <summary>From the words of a request; what is not known is told.</summary>
    public static EntryQuestion Of(string? tier, string? category, string? state, string? after, int? limit) => new(
        tier is null ? TierName.Postgresql : TierNames.Parse(tier) ?? throw KeeperException.Usage($"There is no tier '{tier}'.", "Tiers are postgresql, upstash and mem0."),
        string.IsNullOrWhiteSpace(category) ? null : category,
        state switch
        {
            null or "" or "any" => EntryState.Any,
            "expired" => EntryState.Expired,
            "live" => EntryState.Live,
            "without_expiry" => EntryState.WithoutExpiry,
            _ => throw KeeperException.Usage($"There is no state '{state}'.", "States are any, live, expired and without_expiry."),
        },
        string.IsNullOrEmpty(after) ? null : after,
        Math.Clamp(limit ?? Usual, 1, Most));
}
