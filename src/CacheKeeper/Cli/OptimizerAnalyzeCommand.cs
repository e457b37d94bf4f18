using System.CommandLine;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer analyze</c>: what could be done, what it should bring, and how to do it. Changes nothing.</summary>
internal static class OptimizerAnalyzeCommand
{
    public static Command Create()
    {
        var command = new Command("analyze", "Recommendations with evidence, expected gain and risk; changes nothing");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var parts = new OptimizerHost(keeper);
        var inputs = await TerminalHost.ProgressAsync("Reading the access log", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), _ => parts.Look.LookAsync(keeper.Time.GetUtcNow(), remember: false, cancellationToken));
        var advice = Advisor.Advise(inputs);
        var record = TrackRecord.Of(await parts.Changes.ListAsync(cancellationToken));
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new
            {
                keeper.Project,
                AsOf = inputs.Now,
                inputs.History?.Logged,
                inputs.History?.Lookups,
                Recommendations = advice.Select(one => one with { Action = null }),
                inputs.Unseen,
                Remark = TtlRule.TooShort(inputs),
                Record = record,
            });
        }
        else
        {
            TerminalHost.Tell(OptimizerText.Of(advice, inputs, record));
        }

        return inputs.Unseen.Count > 0 ? ExitCode.Degraded : ExitCode.Done;
    }
}
