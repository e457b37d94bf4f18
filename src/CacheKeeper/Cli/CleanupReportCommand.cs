using System.CommandLine;
using CacheKeeper.Cleanup.Reports;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup report</c>: the Redis keys by prefix, size and time left.</summary>
internal static class CleanupReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Redis keys by prefix, size and time left; changes nothing and reads no value");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var redis = keeper.Tiers.FirstOrDefault(tier => tier.Name == TierName.Upstash) ?? throw KeeperException.Usage("There is no Redis tier to report on.", TierHost.HowToConfigure(TierName.Upstash));
        var service = new KeyReportService(redis, keeper.Settings.Upstash, keeper.Project);
        var report = await TerminalHost.ProgressAsync("Looking", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress => service.LookAsync(keeper.Time.GetUtcNow(), progress, cancellationToken));
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { report.Keys, report.Bytes, report.Foreign, report.ByPrefix, report.BySize, report.ByTimeLeft });
        }
        else
        {
            TerminalHost.Say(KeyReportText.Of(report));
        }

        return ExitCode.Done;
    }
}
