namespace CacheKeeper.Cleanup;

/// <summary>A decision as the ledger keeps it: what was seen, the policy, the instant, and what was chosen.</summary>
internal sealed record DecisionRecord(CleanupInputs Inputs, CleanupPolicy Policy, DateTimeOffset DecidedAt, CleanupMode Asked, CleanupMode Chosen)
{
    /// <summary>The same decision made again from the record.</summary>
    public CleanupDecision Recompute() => Asked == CleanupMode.Smart ? CleanupDecision.Decide(Inputs, Policy, DecidedAt) : new CleanupDecision(Asked, "It was asked for by name.");
}
