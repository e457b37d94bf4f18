namespace CacheKeeper.Scheduling;

/// <summary>What to do with a firing now, and why.</summary>
internal sealed record FiringVerdict(FiringStep Step, string Reason)
{
    public static readonly FiringVerdict Run = new(FiringStep.Run, "");

    public static FiringVerdict Wait(string reason) => new(FiringStep.Wait, reason);

    public static FiringVerdict Skip(string reason) => new(FiringStep.Skip, reason);
}

/// <summary>The three things that can be done with a firing.</summary>
internal enum FiringStep
{
    Run,
    Wait,
    Skip,
}
