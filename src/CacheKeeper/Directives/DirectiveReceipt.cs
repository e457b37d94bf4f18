using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Directives;

/// <summary>What stands now, and which places were told of it.</summary>
internal sealed record DirectiveReceipt(DirectivesDocument Document, IReadOnlyList<DirectiveDelivery> Deliveries)
{
    /// <summary>At least one place that readers look at has it.</summary>
    public bool IsHeard => Deliveries.Any(delivery => delivery.Written);

    /// <summary>What went where, for people.</summary>
    public string Sentence => Deliveries.Count == 0
        ? "No tier is configured that could carry directives."
        : string.Join(" ", Deliveries.Select(delivery => delivery.Written ? $"{delivery.Tier.Title()} carries version {Document.Version}." : $"{delivery.Tier.Title()} could not be told: {delivery.Error}"));
}

/// <summary>Whether one place took the document, or why not.</summary>
internal sealed record DirectiveDelivery(TierName Tier, bool Written, string? Error = null);
