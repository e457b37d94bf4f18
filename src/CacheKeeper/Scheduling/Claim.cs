namespace CacheKeeper.Scheduling;

/// <summary>What came of asking for the right to run.</summary>
/// <param name="Leases">The leases that were taken with it; empty when it does not run.</param>
/// <param name="Record">The ledger row; null when the time is recorded already, or somebody else holds a lease.</param>
/// <param name="Taken">The lease that somebody else holds; null when none.</param>
internal sealed record Claim(IReadOnlyList<Lease> Leases, RunRecord? Record, string? Taken);
