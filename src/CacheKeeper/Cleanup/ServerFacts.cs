namespace CacheKeeper.Cleanup;

/// <summary>What a tier's server says of itself at the moment of planning.</summary>
internal sealed record ServerFacts(DateTimeOffset Clock, string? Identity)
{
    /// <summary>The keeper came as a superuser, and no setting allows that.</summary>
    public bool TooPowerful { get; init; }
}
