namespace CacheKeeper.Cleanup.Value;

/// <summary>How one rule did at one cut of the past.</summary>
/// <param name="Retained">Share of the accesses that followed which fell on kept entries, averaged around the wanted share to remove.</param>
/// <param name="PredictedLost">Removed entries expected to be asked for again within the horizon.</param>
/// <param name="ActualLost">Removed entries that were.</param>
internal sealed record CutScore(double Retained, double PredictedLost, int ActualLost);
