namespace CacheKeeper.Optimization;

/// <summary>Names under which the optimizer is known to others.</summary>
internal static class OptimizerNames
{
    /// <summary>Who directives of ours are by.</summary>
    public const string Writer = "optimizer";
}
