namespace CacheKeeper.Cleanup.Value;

/// <summary>Who was asked for, in order: dense keys (numbered by first appearance), with times and sizes where the trace knows them.</summary>
/// <param name="Keys">One dense key per request.</param>
/// <param name="Names">What the trace calls each dense key.</param>
/// <param name="Times">Seconds (or whatever unit the trace uses) per request; null when it only has an order.</param>
/// <param name="Sizes">Bytes per dense key as last seen; null when the trace has no sizes.</param>
internal sealed record AccessTrace(int[] Keys, IReadOnlyList<string> Names, double[]? Times, long[]? Sizes)
{
    public int UniqueKeys => Names.Count;
}
