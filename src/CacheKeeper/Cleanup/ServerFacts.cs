namespace CacheKeeper.Cleanup;

/// <summary>What a tier's server says of itself at the moment of planning.</summary>
internal sealed record ServerFacts(DateTimeOffset Clock, string? Identity)
{
    /// <summary>Whether we speak to it as a superuser.</summary>
    public bool IsSuperuser { get; init; }
}
