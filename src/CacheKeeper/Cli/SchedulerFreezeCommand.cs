using System.CommandLine;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler freeze</c> and <c>unfreeze</c>: one switch that stops every change at once, in every project of this state.</summary>
internal static class SchedulerFreezeCommand
{
    private static readonly Option<string> Reason = new("--reason") { Description = "Why; shown in the status, on the page and in every run that is refused", Required = true };
    private static readonly Option<string> Author = new("--author") { Description = "Who (default: you)", DefaultValueFactory = _ => Environment.UserName };
    private static readonly Option<string?> For = new("--for") { Description = "Lifts itself after this time, such as 4h (default: until somebody unfreezes)" };

    public static Command Create()
    {
        var command = new Command("freeze", "Stop every change at once; looking, alarms and reports go on") { Reason, Author, For };
        command.SetAction(FreezeAsync);
        return command;
    }

    public static Command CreateUnfreeze()
    {
        var command = new Command("unfreeze", "Allow changes again");
        command.SetAction(UnfreezeAsync);
        return command;
    }

    private static async Task<int> FreezeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var freeze = new Freeze(now, parsed.GetValue(For) is { } span ? now + HealthAlertsCommand.Span(span) : null, parsed.GetValue(Author)!, parsed.GetValue(Reason)!);
        await keeper.Freezes.FreezeAsync(freeze, cancellationToken);
        await AuditAsync(keeper, "freeze", freeze.Author, freeze.Reason, cancellationToken);
        return Tell(parsed, freeze, freeze.Words + ". Running jobs stop at their next batch. Undo: cachekeeper scheduler unfreeze");
    }

    private static async Task<int> UnfreezeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var before = await keeper.Freezes.FindAsync(keeper.Time.GetUtcNow(), cancellationToken);
        await keeper.Freezes.UnfreezeAsync(cancellationToken);
        await AuditAsync(keeper, "unfreeze", Environment.UserName, before?.Words ?? "Nothing was frozen.", cancellationToken);
        return keeper.Settings.Scheduling.Frozen
            ? throw KeeperException.Usage("The settings freeze every change (scheduling.frozen).", "Set it to false and restart the keeper.")
            : Tell(parsed, null, before is null ? "Nothing was frozen." : "Changes are allowed again.");
    }

    // After the switch: stopping everything must not wait for a log that cannot be written.
    private static async Task AuditAsync(KeeperHost keeper, string action, string author, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await keeper.Audit.AppendAsync(new AuditEntry(keeper.Time.GetUtcNow(), new Actor(author, $"command line, {KeeperHost.Node}"), action, "every change", "done") { Detail = reason }, cancellationToken);
        }
        catch (KeeperException e)
        {
            TerminalHost.Remark($"{e.Message} {e.Hint}");
        }
    }

    private static int Tell(ParseResult parsed, Freeze? freeze, string sentence)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Frozen = freeze is not null, Since = SchedulerText.Iso(freeze?.Since), Until = SchedulerText.Iso(freeze?.Until), freeze?.Author, freeze?.Reason });
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Tell(sentence);
        }

        return ExitCode.Done;
    }
}
