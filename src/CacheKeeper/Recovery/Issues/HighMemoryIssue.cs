using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>Redis is nearly full: the bytes above the target are computed and freed by a cleanup under its own guards.</summary>
internal sealed class HighMemoryIssue : IIssue
{
    public IssueKind Kind => IssueKind.HighMemoryUsage;

    public string Runbook => "high-memory-usage";

    // Between target and threshold the symptom neither shows nor is gone: a cleanup that freed a little is not yet a success.
    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) => seen.Memory is { } memory
        ? [new Symptom(new IssueKey(Kind), Shows((double)memory.Used / memory.Limit, policy), $"Redis uses {Mebibytes(memory.Used)} of {Mebibytes(memory.Limit)} MiB ({(double)memory.Used / memory.Limit:P0}).")]
        : [];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until)
    {
        var (used, limit) = seen.Memory ?? (0, 0);
        var excess = used - (long)(limit * policy.MemoryTarget);
        return excess <= 0
            ? new Remedy("nothing needs to be freed any more.")
            : new Remedy($"frees {Mebibytes(excess)} MiB, which brings Redis from {Mebibytes(used)} to {policy.MemoryTarget:P0} of {Mebibytes(limit)} MiB; what is worth least goes, under every guard of cleanup.")
            {
                Repairs = [new Repair.FreeBytes(TierName.Upstash, excess, $"Redis uses {(double)used / limit:P0} of its memory")],
            };
    }

    private static bool? Shows(double share, RecoveryPolicy policy) => share > policy.MemoryAbove ? true : share <= (policy.MemoryAbove + policy.MemoryTarget) / 2 ? false : null;

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0");
}
