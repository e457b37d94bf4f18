namespace CacheKeeper.Cleanup.Reports;

/// <summary>Keys that have something in common.</summary>
internal sealed record KeyGroup(string Name, long Keys, long Bytes);
