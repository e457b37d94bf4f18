using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Which entries a run changes and keeps: pure questions about one entry. Pins are left as they are.</summary>
internal sealed record RewriteRules(CleanupPolicy Policy, DateTimeOffset AsOf)
{
    /// <summary>Tiers whose large values are compressed.</summary>
    public IReadOnlySet<TierName> Compressing { get; init; } = new HashSet<TierName>();

    /// <summary>Redis keys without an end get one.</summary>
    public bool GivesEnds { get; init; }

    public string? Category { get; init; }

    public RewriteReason? Choose(EntryHead entry) => entry switch
    {
        _ when Pins.Hold(entry, Policy) || (Category is not null && entry.Category != Category) || entry.IsExpired(AsOf) => null,
        { Tier: TierName.Upstash, ExpiresAt: null } when GivesEnds => RewriteReason.Endless,
        _ when Compressing.Contains(entry.Tier) && IsLarge(entry) => RewriteReason.LargeValue,
        _ => null,
    };

    /// <summary>The end a key gets: the lifetime, and up to a tenth more by the key's name, so that they do not all end at once.</summary>
    public DateTimeOffset EndOf(EntryHead entry)
    {
        var lifetime = Policy.Expiry.Lifetime;
        return AsOf + lifetime + (lifetime * (StableHash(entry.Id) % 1000 / 10_000.0));
    }

    public static string Because(RewriteReason reason, CleanupPolicy policy) => reason switch
    {
        RewriteReason.LargeValue => $"larger than {policy.Compression.LargerThan:N0} bytes; compressed, readable as before",
        _ => $"written without an end; they get {policy.Expiry.Lifetime.TotalDays:0.#} days",
    };

    private bool IsLarge(EntryHead entry) =>
        !entry.IsCompressed && entry.Bytes > Policy.Compression.LargerThan && (entry.ExpiresAt is not { } end || end - AsOf >= Policy.Compression.TimeLeft);

    // FNV-1a: the same in every process.
    private static uint StableHash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, (hash, one) => (hash ^ one) * 16777619u);
}
