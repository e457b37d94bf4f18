namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>A labelled stretch of a series: row indices, both inclusive.</summary>
internal sealed record NabWindow(int First, int Last);

/// <summary>One series of the corpus with its labelled windows and, once a detector has run, a score for every row.</summary>
internal sealed record NabSeries(string Name, IReadOnlyList<NabWindow> Windows, IReadOnlyList<double> Scores);
