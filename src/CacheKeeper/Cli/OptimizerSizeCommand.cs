using System.CommandLine;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.History;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer size</c>: how small the cache can be and keep its hit ratio, from the access log, with a picture.</summary>
internal static class OptimizerSizeCommand
{
    private static readonly Option<string[]> Of = new("--of") { Description = "all, a tier (mem0, upstash, postgresql) or a category (repeatable)", AllowMultipleArgumentsPerToken = true };

    public static Command Create()
    {
        var command = new Command("size", "How small can this cache be and keep its hit ratio? Hit ratio by size, with 90 % intervals") { Of };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var history = await TerminalHost.ProgressAsync("Reading the access log", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), _ => new OptimizerHost(keeper).Look.HistoryAsync(now, cancellationToken))
            ?? throw new KeeperException("There is no access log to answer from.", "A gateway that reads through CacheKeeper.Client writes it (docs/client.md); or try a trace: 'cachekeeper optimizer simulate TRACE'.", ExitCode.Degraded);
        var snapshot = keeper.Tiers.OfType<PostgresTier>().FirstOrDefault() is { } postgres ? await postgres.LookAsync(new TierScope(keeper.Project), now, cancellationToken) : null;
        var answers = Names(parsed).Select(name => SizeAnswer.Of(history, name, Entries(snapshot, name)) ?? throw KeeperException.Usage($"Nothing was logged for '{name}'.", $"There are: {string.Join(", ", Known(history))}.")).ToList();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { keeper.Project, AsOf = now, history.Logged, history.Lookups, Answers = answers });
        }
        else
        {
            TerminalHost.Tell(string.Join("\n\n", answers.Select(OptimizerText.Of)));
        }

        return ExitCode.Done;
    }

    private static IReadOnlyList<string> Names(ParseResult parsed) => parsed.GetValue(Of) is { Length: > 0 } names ? names : [AccessHistory.Whole];

    private static IEnumerable<string> Known(AccessHistory history) => history.Groups.Select(group => group.Category).Distinct().Prepend(AccessHistory.Whole);

    private static long? Entries(TierSnapshot? snapshot, string name) =>
        name is AccessHistory.Whole or "postgresql" ? snapshot?.Entries : snapshot?.Categories.Where(category => category.Category == name).Select(category => (long?)(category.Live + category.Expired)).FirstOrDefault();
}
