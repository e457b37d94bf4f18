namespace CacheKeeper.Cleanup;

/// <summary>What an operator allows for one run beyond the policy.</summary>
internal sealed record CleanupOverrides
{
    public double? AllowShare { get; init; }
    public long? MaxRows { get; init; }

    /// <summary>Goes on although no fresh backup is there.</summary>
    public bool WithoutProof { get; init; }
}
