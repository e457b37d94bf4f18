using System.CommandLine;
using System.Diagnostics;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug performance</c>: where the time goes, per tier and call, per job, and in this process.</summary>
internal static class DebugPerformanceCommand
{
    private const int Rounds = 5;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public static Command Create()
    {
        var command = new Command("performance", $"Where the time goes: each tier's calls ({Rounds} rounds), each job's runs of the last week, this process");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var calls = new List<CallTime>();
        foreach (var tier in keeper.Tiers)
        {
            calls.AddRange(await TimeAsync(tier, cancellationToken));
        }

        var runs = await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Since = keeper.Time.GetUtcNow() - Lately, Limit = 5000 }, cancellationToken);
        var jobs = runs.Where(run => run.EndedAt is not null && run.Outcome != RunOutcome.Skipped).GroupBy(run => run.Job)
            .Select(group => JobTime.Of(group.Key, [.. group.Select(run => run.EndedAt!.Value - run.StartedAt).Order()])).OrderByDescending(job => job.Longest).ToList();
        using var self = Process.GetCurrentProcess();
        var own = new { WorkingSetBytes = self.WorkingSet64, HeapBytes = GC.GetTotalMemory(false), CpuMs = Math.Round(self.TotalProcessorTime.TotalMilliseconds), Threads = self.Threads.Count, Collections = GC.CollectionCount(0) };
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { calls, jobs, process = own });
        }
        else
        {
            TerminalHost.Tell(Text(calls, jobs) + $"\n\nThis process: {CleanupText.Bytes(own.WorkingSetBytes)} resident, {CleanupText.Bytes(own.HeapBytes)} managed, {own.CpuMs:N0} ms of CPU, {own.Threads} threads.");
        }

        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<CallTime>> TimeAsync(ITier tier, CancellationToken cancellationToken)
    {
        var steps = new List<ProbeStep>();
        for (var round = 0; round < Rounds; round++)
        {
            steps.AddRange((await tier.ProbeAsync(cancellationToken)).Steps);
        }

        return [.. steps.GroupBy(step => step.Name).Select(group => CallTime.Of(tier.Name, group.Key, [.. group.OrderBy(step => step.Took)]))];
    }

    private static string Text(List<CallTime> calls, List<JobTime> jobs) => string.Join('\n',
    [
        calls.Count == 0 ? "No tier is configured." : $"tier         call       fastest    median   slowest   of {Rounds} rounds",
        .. calls.Select(call => $"{call.Tier,-12} {call.Call,-8} {call.FastestMs,7:0.0} ms {call.MedianMs,6:0.0} ms {call.SlowestMs,6:0.0} ms{(call.Failed > 0 ? $"   {call.Failed} failed: {call.Error}" : "")}"),
        "",
        jobs.Count == 0 ? "No job has run in the last week." : "job                        runs    median   longest   of the last week",
        .. jobs.Select(job => $"{job.Job,-26} {job.Runs,4} {job.Median,8:0.0} s {job.Longest,7:0.0} s"),
    ]);

    private sealed record CallTime(string Tier, string Call, double FastestMs, double MedianMs, double SlowestMs, int Failed, string? Error)
    {
        public static CallTime Of(TierName tier, string call, List<ProbeStep> steps) => new(
            tier.Word(), call, Ms(steps[0]), Ms(steps[steps.Count / 2]), Ms(steps[^1]), steps.Count(step => !step.Passed), steps.FirstOrDefault(step => !step.Passed)?.Error);

        private static double Ms(ProbeStep step) => Math.Round(step.Took.TotalMilliseconds, 2);
    }

    private sealed record JobTime(string Job, int Runs, double Median, double Longest)
    {
        public static JobTime Of(string job, List<TimeSpan> took) => new(job, took.Count, Math.Round(took[took.Count / 2].TotalSeconds, 2), Math.Round(took[^1].TotalSeconds, 2));
    }
}
