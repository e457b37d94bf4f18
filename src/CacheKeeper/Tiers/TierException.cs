namespace CacheKeeper.Tiers;

/// <summary>A call to a tier failed: which tier, which operation, why, and what to do about it.</summary>
internal sealed class TierException(TierName tier, string operation, string cause, string hint = "", Exception? inner = null)
    : Exception($"{tier.Title()}: {operation} failed: {cause}", inner), IHinted
{
    public TierName Tier { get; } = tier;
    public string Operation { get; } = operation;
    public string Cause { get; } = cause;
    public string Hint { get; } = hint;

    /// <summary>The server answered and refused the credentials: trying again does not help.</summary>
    public bool CredentialsRejected { get; init; }

    /// <summary>The server asks to be left alone for this long (429), when it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The server refuses for rate or quota (429).</summary>
    public bool RateLimited { get; init; }

    /// <summary>The same call may succeed later.</summary>
    public bool Transient { get; init; }
}
