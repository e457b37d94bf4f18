namespace CacheKeeper.Health;

/// <summary>Why a check did not pass, as far as the answer tells; each has another remedy.</summary>
internal enum FailureCause
{
    None,

    /// <summary>Nothing, or nonsense, came back.</summary>
    NoAnswer,
    CredentialsRejected,

    /// <summary>Too many requests, or the plan's quota is used up.</summary>
    RateLimited,

    /// <summary>Reads pass and writes are refused: full, or read-only.</summary>
    WriteRejected,

    /// <summary>Every call passed, too slowly.</summary>
    Slow,

    /// <summary>Some calls pass and others do not.</summary>
    Partial,
}
