namespace CacheKeeper.Cleanup;

/// <summary>What an operator allows for one run beyond the policy.</summary>
internal sealed record CleanupOverrides
{
    public double? AllowShare { get; init; }
    public long? MaxRows { get; init; }
}
