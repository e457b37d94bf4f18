using System.CommandLine;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper cleanup rank TRACE</c>: which entries the cleanup would keep, having seen only the first part of a trace.</summary>
internal static class CleanupRankCommand
{
    private static readonly Argument<string> Trace = new("TRACE") { Description = "Access trace: CSV with the header key, t,key or t,key,size; gzip and '-' are read too" };
    private static readonly Option<string> Observe = new("--observe") { Description = "Share of the requests that is seen", DefaultValueFactory = _ => "50%" };
    private static readonly Option<string> Remove = new("--remove") { Description = "Share of the stored entries that goes", DefaultValueFactory = _ => "60%" };
    private static readonly Option<string?> Output = new("--output") { Description = "Where the kept keys go, one a line (default: standard output, with --json nowhere)" };

    public static Command Create()
    {
        var command = new Command("rank", "Ranks the entries of an access trace by the cleanup's own value and writes those it would keep") { Trace, Observe, Remove, Output };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (observe, remove) = (ShareOf(parsed, Observe), ShareOf(parsed, Remove));
        var trace = TraceStore.Read(parsed.GetRequiredValue(Trace));
        var observed = (int)(trace.Keys.Length * observe);
        var ranking = LogRanking.Of(trace.Keys.AsSpan(0, observed), trace.UniqueKeys, remove, new ValuePolicy());
        var kept = ranking.Kept(remove);
        var json = parsed.GetValue(CommonOptions.Json);
        if (parsed.GetValue(Output) is { } path || !json)
        {
            Write(parsed.GetValue(Output) ?? "-", trace, kept);
        }

        Tell(parsed, ranking, observed, kept.Length, remove);
        return ExitCode.Done;
    }

    private static double ShareOf(ParseResult parsed, Option<string> option) =>
        Share.Parse(parsed.GetRequiredValue(option)) is { } share and >= 0 and <= 1
            ? share
            : throw KeeperException.Usage($"{option.Name} takes a share such as 60% or 0.6, not '{parsed.GetValue(option)}'.");

    private static void Write(string path, AccessTrace trace, int[] kept)
    {
        using var writer = TextFileStore.OpenWrite(path);
        foreach (var key in kept)
        {
            writer.WriteLine(trace.Names[key]);
        }
    }

    private static void Tell(ParseResult parsed, LogRanking ranking, int observed, int kept, double remove)
    {
        var (profile, stored) = (ranking.Profile, ranking.Usage.Entries);
        if (parsed.GetValue(CommonOptions.Json))
        {
            TerminalHost.Json(new
            {
                ObservedRequests = observed,
                Stored = stored,
                Kept = kept,
                Removed = stored - kept,
                Rule = profile.Rule.Name,
                EnoughKnown = profile.Enough,
                profile.Reason,
                BackTestGain = profile.Gain,
                profile.BackTests,
                ExpectedHitRatioLoss = ranking.Effect(remove, new ValuePolicy()),
            });
        }
        else if (!parsed.GetValue(CommonOptions.Quiet))
        {
            TerminalHost.Remark($"Kept {kept} of {stored} entries after {observed} requests, by {profile.Rule.Name}: {profile.Reason}.");
        }
    }
}
