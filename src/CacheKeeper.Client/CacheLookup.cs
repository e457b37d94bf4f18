namespace CacheKeeper.Client;

/// <summary>What came of a lookup.</summary>
/// <param name="Response">The answer, or null: then ask the model and save what it says.</param>
/// <param name="Tier">The tier that had it.</param>
/// <param name="QueryHash">By which the answer is known in all tiers, for support and for deleting a single one.</param>
/// <param name="Category">The question's category.</param>
/// <param name="Agent">The question's agent.</param>
/// <param name="Elapsed">How long the whole took.</param>
/// <param name="Attempts">What each tier said, in the order asked.</param>
public sealed record CacheLookup(
    string? Response, string? Tier, string QueryHash, string Category, string Agent, TimeSpan Elapsed, IReadOnlyList<TierAttempt> Attempts)
{
    /// <summary>Whether the cache had the answer.</summary>
    public bool IsHit => Response is not null;
}

/// <summary>What came of a save.</summary>
/// <param name="QueryHash">By which the answer is known in all tiers.</param>
/// <param name="Category">The question's category.</param>
/// <param name="Agent">The question's agent.</param>
/// <param name="Attempts">What each tier said.</param>
public sealed record CacheSave(string QueryHash, string Category, string Agent, IReadOnlyList<TierAttempt> Attempts)
{
    /// <summary>Whether at least one tier holds the answer now.</summary>
    public bool IsSaved => Attempts.Any(attempt => attempt.Outcome == TierOutcome.Done);
}

/// <summary>What one tier said.</summary>
/// <param name="Tier">A name of <see cref="CacheTiers"/>.</param>
/// <param name="Outcome">In short.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Error">What went wrong or why it was not asked, for a log; null otherwise.</param>
public sealed record TierAttempt(string Tier, TierOutcome Outcome, TimeSpan Elapsed, string? Error = null);

/// <summary>How a tier answered.</summary>
public enum TierOutcome
{
    /// <summary>It had the answer, or it took it.</summary>
    Done,

    /// <summary>It does not have the answer.</summary>
    Missed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>The keeper's directives leave it out.</summary>
    LeftOut,

    /// <summary>It failed several times and rests.</summary>
    Resting,
}
