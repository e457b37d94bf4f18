using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Directives;

/// <summary>A place where readers look for directives.</summary>
internal interface IDirectivePlaceStore
{
    TierName Tier { get; }

    /// <summary>What stands there; null when there is nothing.</summary>
    /// <exception cref="TierException">The place does not answer.</exception>
    Task<DirectivesDocument?> ReadAsync(string project, CancellationToken cancellationToken);

    /// <summary>Writes the document unless a higher version stands there already (then that one is newer than what the caller knew).</summary>
    /// <exception cref="TierException">The place does not answer or does not allow it.</exception>
    Task WriteAsync(DirectivesDocument document, DateTimeOffset keepUntil, CancellationToken cancellationToken);
}
