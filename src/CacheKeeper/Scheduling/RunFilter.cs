namespace CacheKeeper.Scheduling;

/// <summary>Which runs of the ledger are asked for; null means any.</summary>
internal sealed record RunFilter
{
    public string? Project { get; init; }
    public string? Job { get; init; }
    public RunOutcome? Outcome { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public bool StillRunning { get; init; }
    public int Limit { get; init; } = 50;

    /// <summary>Jobs that are not asked for.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Leaves inputs, plan, counts, expected and actual unread: for looks at many runs of which only the times and outcomes matter.</summary>
    public bool Brief { get; init; }
}
