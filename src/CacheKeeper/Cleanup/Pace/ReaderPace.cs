using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Pace;

/// <summary>How long to wait before the next batch, by what a reader's look-up took: doubled while it is slow, halved when it is not. Pure.</summary>
/// <param name="Usual">A read's time before the run began; null when it is not known (then the pause stays).</param>
internal sealed record ReaderPace(TimeSpan? Usual, TimeSpan Pause)
{
    public static ReaderPace Start(IReadOnlyList<TimeSpan> before, PacePolicy policy) =>
        new(before.Count == 0 ? null : before.Order().ElementAt(before.Count / 2), policy.Pause);

    public ReaderPace After(TimeSpan read, PacePolicy policy)
    {
        var halved = Pause / 2;
        return this with
        {
            Pause = IsSlow(read, policy) ? Shorter(policy.LongestPause, Longer(Pause * 2, TimeSpan.FromMilliseconds(20))) : Longer(policy.Pause, halved),
        };
    }

    /// <summary>The pause after work that took so long: no shorter than readers need now, nor than the work's share asks for.</summary>
    public TimeSpan Rest(TimeSpan worked, double share, PacePolicy policy) => Longer(Pause, Shorter(policy.LongestPause, WorkRest.After(worked, share)));

    public bool IsSlow(TimeSpan read, PacePolicy policy) => Usual is { } usual && read > usual * policy.SlowFactor && read - usual > policy.SlowBy;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
