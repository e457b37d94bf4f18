using System.CommandLine;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Cli;

/// <summary><c>audit list</c> and <c>audit verify</c>: who did what, and whether the log is the one that was written.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Who did what, when, from where and with what result") { List(), Verify() };

    /// <summary>A line as <c>--json</c> and the API show it.</summary>
    public static object ToJson(AuditLine line) => new
    {
        line.Seq,
        line.Entry.At,
        line.Entry.Actor.Who,
        line.Entry.Actor.From,
        line.Entry.Project,
        line.Entry.Action,
        line.Entry.Object,
        line.Entry.Before,
        line.Entry.After,
        line.Entry.Result,
        line.Entry.Detail,
        line.Hash,
    };

    private static Command List()
    {
        var who = new Option<string?>("--who") { Description = "Only what this user or token did" };
        var action = new Option<string?>("--action") { Description = "Only this, such as light-cleanup, sign-in or token-create" };
        var since = new Option<string>("--since") { Description = "How far back, such as 4h or 30d", DefaultValueFactory = _ => "7d" };
        var limit = new Option<int>("--limit") { Description = "At most so many lines", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "The newest lines of the audit log") { who, action, since, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var back = Duration.Parse(parsed.GetValue(since)!) ?? throw KeeperException.Usage($"--since {parsed.GetValue(since)} is no duration.", "It looks like 4h or 30d.");
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var filter = new AuditFilter
            {
                Projects = [keeper.Project],
                Who = parsed.GetValue(who),
                Action = parsed.GetValue(action),
                Since = keeper.Time.GetUtcNow() - back,
                Limit = Math.Clamp(parsed.GetValue(limit), 1, 10_000),
            };
            var lines = await keeper.Audit.ListAsync(filter, cancellationToken);
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(lines.Select(ToJson));
            }
            else
            {
                TerminalHost.Say(lines.Count == 0 ? "Nothing was changed in that time." : string.Join('\n', lines.Reverse().Select(Text)));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var command = new Command("verify", "Walk the whole log and tell every line that is missing, changed or out of its place");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var verdict = await keeper.Audit.VerifyAsync(cancellationToken);
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(verdict);
            }
            else if (verdict.IsSound)
            {
                TerminalHost.Say($"The audit log is sound: {verdict.Lines:N0} lines, {verdict.First} to {verdict.Last}, each the one that was written.");
            }
            else
            {
                TerminalHost.Fail("The audit log is not the one that was written:\n" + string.Join('\n', verdict.Faults.Select(fault => "  " + fault)), "Keep the state as it is and compare it with a copy.");
            }

            return verdict.IsSound ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static string Text(AuditLine line) =>
        $"{line.Entry.At:yyyy-MM-dd HH:mm:ss}Z  {line.Entry.Actor.Who} ({line.Entry.Actor.From})  {line.Entry.Action} {line.Entry.Object}: {line.Entry.Result.Replace('_', ' ')}"
        + (line.Entry.Before is { } before ? $", {before:N0} → {line.Entry.After?.ToString("N0") ?? "?"} entries" : "")
        + (line.Entry.Detail.Length > 0 ? $". {line.Entry.Detail}" : "");
}
