namespace CacheKeeper.Client;

/// <summary>A tier answered, but not with what was asked; the message never holds an answer's text or a secret.</summary>
public sealed class CacheTierException : Exception
{
    /// <summary>A sentence that names the tier and what it did.</summary>
    public CacheTierException(string message)
        : base(message)
    {
    }
}
