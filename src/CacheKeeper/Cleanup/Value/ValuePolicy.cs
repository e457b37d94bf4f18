namespace CacheKeeper.Cleanup.Value;

/// <summary>How the value of entries is learned: one setting for every workload.</summary>
internal sealed record ValuePolicy
{
    /// <summary>Where the observed log is cut for back-tests, as shares of it; the rest (at most half of what came before) judges.</summary>
    public IReadOnlyList<double> Cuts { get; init; } = [0.6, 0.65, 0.7, 0.75, 0.8];

    /// <summary>Shares of entries removed around the wanted one that a back-test averages over.</summary>
    public IReadOnlyList<double> RemovalSpread { get; init; } = [-0.10, -0.05, 0, 0.05, 0.10];

    /// <summary>How far ahead a back-test looks, as a share of the log before its cut.</summary>
    public double HorizonShare { get; init; } = 0.5;

    /// <summary>A rule must beat plain counts by so much after its uncertainty is taken off.</summary>
    public double Margin { get; init; } = 0.003;

    /// <summary>How many standard errors of its gain are taken off.</summary>
    public double Caution { get; init; } = 1;

    /// <summary>Rulers of different fineness whose chances are averaged, so that no edge of a bin decides.</summary>
    public IReadOnlyList<double> BinsPerOctave { get; init; } = [1, 1.5, 2, 3];

    /// <summary>Gaps shorter than this share of the log are short, shorter than the second are middling.</summary>
    public double ShortGapShare { get; init; } = 0.003;

    public double MiddleGapShare { get; init; } = 0.05;

    /// <summary>With fewer requests or re-used entries than these, nothing is learned.</summary>
    public int LeastRequests { get; init; } = 500;

    public int LeastReusedEntries { get; init; } = 30;

    /// <summary>Without a log: with fewer entries of known use, nothing is chosen by value.</summary>
    public int LeastEntries { get; init; } = 200;

    /// <summary>Without a log: knowing the use of this share of the entries is sound.</summary>
    public double SoundShare { get; init; } = 0.5;

    /// <summary>Chances of re-use never look further ahead than this.</summary>
    public TimeSpan LongestHorizon { get; init; } = TimeSpan.FromDays(7);

    public ReusePolicy Reuse { get; init; } = new();
}
