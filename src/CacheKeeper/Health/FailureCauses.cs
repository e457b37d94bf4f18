using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Tells from a probe why it did not pass: pure.</summary>
internal static class FailureCauses
{
    // What Redis and Upstash answer to a write that they will not take, and to a request too many.
    private static readonly string[] NoRoom = ["OOM ", "READONLY", "MISCONF", "ERR DB capacity quota exceeded"];
    private static readonly string[] TooMany = ["max requests limit", "max daily request limit", "max monthly request limit", "rate limit", "too many connections"];
    private static readonly string[] Refused = ["NOAUTH", "WRONGPASS", "NOPERM", "unauthorized"];

    public static FailureCause Of(ProbeResult probe, bool slow) => probe switch
    {
        { Passed: true } => slow ? FailureCause.Slow : FailureCause.None,
        { Failure.CredentialsRejected: true } => FailureCause.CredentialsRejected,
        { Failure.RateLimited: true } => FailureCause.RateLimited,
        _ when Says(probe, TooMany) => FailureCause.RateLimited,
        _ when Says(probe, Refused) => FailureCause.CredentialsRejected,
        _ when Says(probe, NoRoom) => FailureCause.WriteRejected,
        { Down: true } => FailureCause.NoAnswer,
        _ => FailureCause.Partial,
    };

    private static bool Says(ProbeResult probe, string[] words) => probe.Error is { } error && words.Any(word => error.Contains(word, StringComparison.OrdinalIgnoreCase));
}
