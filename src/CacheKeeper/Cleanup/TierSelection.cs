using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Counts what a scan of one tier saw and chose.</summary>
internal sealed class TierSelection(TierName tier, int rewriteSample)
{
    private readonly Dictionary<RemovalReason, (long Count, long Bytes, List<string> Sample)> _groups = [];
    private long _entries;
    private long _bytes;
    private long _pinned;

    public string? Error { get; init; }

    public long Foreign { get; private set; }

    /// <summary>Steps that the scan took.</summary>
    public long Steps { get; private set; }

    /// <summary>Entries larger than the policy likes.</summary>
    public long Oversized { get; set; }

    public long WithoutExpiry { get; private set; }

    /// <summary>Entries that go although their time has not run out: what the expected effect is reckoned from.</summary>
    public List<EntryHead> Doomed { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>What is changed and kept.</summary>
    public RewriteSelection Rewrites { get; } = new(tier, rewriteSample);

    public TierTotals Totals => new(tier, _entries, _bytes) { Error = Error, Steps = Steps, Left = new Dictionary<string, long> { ["pinned"] = _pinned, ["foreign"] = Foreign } };

    public void See(EntryPage page)
    {
        Foreign += page.Foreign;
        Steps++;
    }

    public void See(EntryHead entry, RemovalReason? reason, bool pinned)
    {
        _entries++;
        _bytes += entry.Bytes;
        _pinned += pinned ? 1 : 0;
        WithoutExpiry += entry.ExpiresAt is null ? 1 : 0;
        if (reason is not { } because)
        {
            return;
        }

        var group = _groups.GetValueOrDefault(because, (0, 0, []));
        if (group.Sample.Count < CleanupPlanner.SampleSize)
        {
            group.Sample.Add(entry.Id);
        }

        _groups[because] = (group.Count + 1, group.Bytes + entry.Bytes, group.Sample);
    }

    /// <summary>The tier was counted by its own server: what the scan left out is in these figures.</summary>
    public void Count(TierSnapshot snapshot)
    {
        (_entries, _bytes) = (Math.Max(_entries, snapshot.Entries ?? 0), Math.Max(_bytes, snapshot.Bytes ?? 0));
        WithoutExpiry = snapshot.WithoutExpiry ?? WithoutExpiry;
    }

    /// <summary>What was noticed and is not acted on, in sentences.</summary>
    /// <param name="givesEnds">Whether this run gives keys without an end one.</param>
    public IEnumerable<string> Findings(CleanupPolicy policy, bool givesEnds)
    {
        string[] findings =
        [
            tier == TierName.Upstash && WithoutExpiry > 0 && !givesEnds ? $"{WithoutExpiry:N0} Redis keys have no end and stay for ever: 'cachekeeper cleanup expiry' gives them one." : "",
            Oversized > 0 ? $"{Oversized:N0} entries of {tier.Title()} are larger than {policy.OversizedAbove:N0} bytes (cleanup.oversizedAbove)." : "",
            Foreign > 0 ? $"{Foreign:N0} {tier.Title()} keys are not provably this project's; they are never touched." : "",
        ];
        return Notes.Concat(findings.Where(finding => finding.Length > 0));
    }

    public IEnumerable<PlannedRemoval> Removals(int sample) =>
        _groups.OrderBy(pair => pair.Key).Select(pair => new PlannedRemoval(tier, pair.Key, pair.Value.Count, pair.Value.Bytes, CleanupPlanner.Because(tier, pair.Key)) { Sample = [.. pair.Value.Sample.Take(sample)] });
}
