using System.CommandLine;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>What the verbs of <c>backup</c> have in common: the words of tiers, and running a job under a progress bar.</summary>
internal static class BackupRunHost
{
    public static Option<string[]> TierOption() => new("--tier") { Description = "Only this: postgresql, upstash, mem0, state (repeatable)", AllowMultipleArgumentsPerToken = true };

    public static Option<bool> DryRunOption() => new("--dry-run") { Description = "Say what would be done, and stop" };

    /// <exception cref="KeeperException">A word is no tier.</exception>
    public static IReadOnlyList<string> Tiers(string[]? words) => [.. (words ?? []).Select(word =>
        word == StateCopyTier.Word ? word
        : TierNames.Parse(word)?.Word() ?? throw KeeperException.Usage($"There is no tier '{word}'.", "Tiers are postgresql, upstash, mem0 and state (the keeper's own)."))];

    public static async Task<int> RunAsync(ParseResult parsed, string title, bool dryRun, Func<KeeperHost, (IJob Job, string? Name)> make, Func<RunRecord, string> text, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var (job, name) = make(keeper);
        var run = await TerminalHost.ProgressAsync(title, SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress =>
            keeper.Runner.RunAsync(job, new JobRequest(keeper.Project, RunTrigger.Manual) { Name = name, DryRun = dryRun, Progress = progress }, cancellationToken));
        return RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), text);
    }
}
