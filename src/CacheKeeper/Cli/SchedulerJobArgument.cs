using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>The argument JOB: one of the ten names.</summary>
internal static class SchedulerJobArgument
{
    public static Argument<string> Create()
    {
        var argument = new Argument<string>("JOB") { Description = "One of " + string.Join(", ", FixedJobs.All.Select(job => job.Name)) };
        argument.AcceptOnlyFromAmong([.. FixedJobs.All.Select(job => job.Name)]);
        return argument;
    }
}
