using System.Text;

namespace CacheKeeper.Scheduling;

/// <summary>Makes a project's timetable from the fixed jobs and what the operator changed.</summary>
internal static class Timetable
{
    private const uint FnvBasis = 2166136261;
    private const uint FnvPrime = 16777619;

    /// <summary>All ten jobs in the order of the specification. The policy is expected to be validated.</summary>
    public static IReadOnlyList<ScheduledJob> Of(SchedulingPolicy policy, string project, Func<string, bool> isAvailable) =>
        [.. FixedJobs.All.Select(job => Line(job, policy, project, isAvailable(job.Name)))];

    private static ScheduledJob Line(FixedJob job, SchedulingPolicy policy, string project, bool available)
    {
        var settings = policy.Jobs.GetValueOrDefault(job.Name) ?? new JobSettings();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone ?? policy.TimeZone);
        return new ScheduledJob(job, CronSchedule.Parse(settings.Cron ?? job.Cron, zone), settings, available, settings.Jitter * Fraction($"{project}/{job.Name}"));
    }

    // FNV-1a (Fowler, Noll, Vo): the same share in [0, 1) for the same name on every node and after every restart.
    private static double Fraction(string name) =>
        Encoding.UTF8.GetBytes(name).Aggregate(FnvBasis, (hash, one) => (hash ^ one) * FnvPrime) / (uint.MaxValue + 1.0);
}
