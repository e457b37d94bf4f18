using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Scheduling;

/// <summary>How runs are leased and bounded, and what an operator changed in the timetable.</summary>
internal sealed record SchedulingPolicy : IValidatableObject
{
    /// <summary>How long a lease lasts without renewal; a dead node's work is taken over after it.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A run that takes longer is stopped at its next batch.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Whose clock the timetable is read on.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The jobs by name.</summary>
    public Dictionary<string, JobSettings> Jobs { get; init; } = [];

    /// <summary>A start later than this after its time is a misfire.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MisfireAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back missed times are looked for.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Of very many missed times of one job, the latest this many are recorded one by one.</summary>
    [Range(1, 10_000)]
    public int MostMissed { get; init; } = 100;

    /// <summary>A firing this close to one of a stronger job is left to it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "02:00:00")]
    public TimeSpan SwallowWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a firing waits for another job (a backup) or for a tier that is taken, before it is skipped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Lets the deep cleanup run on days without a verified backup.</summary>
    public bool WaiveBackup { get; init; }

    /// <summary>Stops every change, like 'scheduler freeze', for as long as it stands in the settings.</summary>
    public bool Frozen { get; init; }

    /// <summary>How often a run whose node died is begun anew.</summary>
    [Range(0, 20)]
    public int TakeOvers { get; init; } = 3;

    /// <summary>How often the scheduler looks for runs of dead nodes, and for switches that other processes changed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:01:00")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A job is overdue when it neither started nor was skipped this long after its time.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan OverdueAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Called (GET) while the keeper runs, so that its silence is noticed elsewhere; null for none.</summary>
    [Url]
    public string? HeartbeatUrl { get; init; }

    /// <summary>How often that address is called.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a graceful stop waits for the running batches.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the ledger keeps runs that have ended and can no longer be taken back.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepRuns { get; init; } = TimeSpan.FromDays(180);

    public AdaptivePolicy Adaptive { get; init; } = new();

    public LowUsagePolicy LowUsage { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new ValidationResult($"there is no time zone '{TimeZone}'; name it as in Europe/Warsaw.", [nameof(TimeZone)]);
        }

        foreach (var name in Jobs.Keys.Where(name => FixedJobs.Find(name) is null))
        {
            yield return new ValidationResult($"there is no job '{name}'; jobs are {string.Join(", ", FixedJobs.All.Select(job => job.Name))}.", [nameof(Jobs)]);
        }
    }
}
