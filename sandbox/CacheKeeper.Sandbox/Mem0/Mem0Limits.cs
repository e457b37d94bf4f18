namespace CacheKeeper.Sandbox.Mem0;

/// <summary>The numbers of the two interfaces.</summary>
internal sealed record Mem0Limits
{
    public static Mem0Limits Default { get; } = new();

    public int Batch { get; init; } = 1000;

    public int ListPage { get; init; } = 200;

    public int ListPageDefault { get; init; } = 100;

    public int FirstVersionLimit { get; init; } = 200;

    public int EntityPage { get; init; } = 100;

    /// <summary>The memories of one entity come in pages of this size, no other.</summary>
    public int EntityMemoriesPage { get; init; } = 100;

    public int TopK { get; init; } = 1000;

    public int TopKDefault { get; init; } = 10;

    public double Threshold { get; init; } = 0.1;

    public double SecondVersionThreshold { get; init; } = 0.3;

    public int SelfHostedTopKDefault { get; init; } = 20;

    /// <summary>How deep AND, OR and NOT may nest.</summary>
    public int FilterDepth { get; init; } = 16;
}
