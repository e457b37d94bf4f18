namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>A normalised score at one threshold and what it is made of.</summary>
internal sealed record NabResult(double Threshold, double Score, int Detected, int FalseAlarms, int Windows);
