using System.CommandLine;
using CacheKeeper.Optimization.Changes;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer record</c>: every change with its promise and what came of it, and how good the promises were.</summary>
internal static class OptimizerRecordCommand
{
    public static Command Create()
    {
        var command = new Command("record", "What was changed, what was promised, what came: the optimizer's own record");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var changes = await new OptimizerHost(keeper).Changes.ListAsync(cancellationToken);
        var record = TrackRecord.Of(changes);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Record = record, record.Sentence, Changes = changes });
        }
        else
        {
            TerminalHost.Tell(OptimizerText.Of(record, changes));
        }

        return ExitCode.Done;
    }
}
