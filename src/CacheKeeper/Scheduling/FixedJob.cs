namespace CacheKeeper.Scheduling;

/// <summary>One line of the timetable: a job whose name, usual time and relations to other jobs are fixed.</summary>
/// <param name="Name">The name scripts, pages and the ledger use.</param>
/// <param name="Cron">The specification's time, five fields.</param>
/// <param name="Description">What it does, for people.</param>
internal sealed record FixedJob(string Name, string Cron, string Description)
{
    /// <summary>Stronger jobs: a firing that coincides with one of theirs is left to it.</summary>
    public IReadOnlyList<string> SwallowedBy { get; init; } = [];

    /// <summary>The job that must have ended well on the same day before this one starts; null when it waits for none.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>The tiers it works on, by the resources' names; for planning windows.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary>May be moved into a learned quiet time of its day or week.</summary>
    public bool Movable { get; init; }
}
