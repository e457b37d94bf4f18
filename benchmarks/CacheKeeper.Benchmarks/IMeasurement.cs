namespace CacheKeeper.Benchmarks;

/// <summary>One measurement of <c>./bench</c>: prints one JSON line per figure, always as what was reached beside must and goal.</summary>
internal interface IMeasurement
{
    /// <summary>The word that follows <c>./bench</c>.</summary>
    string Name { get; }

    /// <summary>One sentence on what is measured against which rival.</summary>
    string Summary { get; }

    Task RunAsync(Figures figures, CancellationToken cancellationToken);
}
