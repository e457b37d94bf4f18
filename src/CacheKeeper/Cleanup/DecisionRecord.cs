namespace CacheKeeper.Cleanup;

/// <summary>A decision as the ledger keeps it: what was seen, the policy, the instant, and what was chosen.</summary>
/// <param name="Chosen">The strength that the decision came to (of an applied plan: unknown here, its own record has it).</param>
internal sealed record DecisionRecord(CleanupInputs Inputs, CleanupPolicy Policy, DateTimeOffset DecidedAt, CleanupMode Asked, CleanupMode Chosen)
{
    /// <summary>Categories that were found to drag.</summary>
    public IReadOnlyList<string> Dragging { get; init; } = [];

    /// <summary>The strength and the reason that the plan carries.</summary>
    public CleanupMode? Mode { get; init; }
    public string Reason { get; init; } = "";

    /// <summary>The same decision made again from the record: the tree for smart, the dragging categories for targeted, the name itself for the others.</summary>
    public CleanupDecision Recompute() => Asked switch
    {
        CleanupMode.Smart => CleanupDecision.Decide(Inputs, Policy, DecidedAt),
        CleanupMode.Targeted => new CleanupDecision(Asked, "It was asked for by name.") { Dragging = CleanupDecision.DraggingOf(Inputs, Policy) },
        _ => new CleanupDecision(Asked, "It was asked for by name."),
    };

    /// <summary>Whether deciding again comes to the same.</summary>
    public bool IsSame(CleanupDecision again) => again.Mode == Chosen && again.Dragging.SequenceEqual(Dragging);
}
