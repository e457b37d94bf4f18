using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>One tier on a real server, with a hand to write entries past it: what the contract is tried on.</summary>
internal abstract class TierRig : IAsyncDisposable
{
    public required ITier Tier { get; init; }

    public required string Project { get; init; }

    public required string OtherProject { get; init; }

    /// <summary>Whether expired entries stay in the tier until somebody removes them.</summary>
    public virtual bool KeepsExpired => true;

    /// <summary>Whether a restored entry gets the id it had.</summary>
    public virtual bool KeepsIds => true;

    /// <summary>Whether the tier checks the deadline on its own server.</summary>
    public virtual bool KnowsTwoProjects => true;

    /// <summary>Writes one entry as a gateway would, and gives its id.</summary>
    public abstract Task<string> PutAsync(string project, string hash, string category, string text, DateTimeOffset? expiresAt);

    /// <summary>Writes the entry again under the same identity, with another text.</summary>
    public abstract Task RenewAsync(string project, string id, string hash, string category, string text);

    public virtual async ValueTask DisposeAsync() => await Tier.DisposeAsync();
}
