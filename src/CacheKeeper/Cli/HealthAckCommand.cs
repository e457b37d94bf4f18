using System.CommandLine;
using CacheKeeper.Alerts;

namespace CacheKeeper.Cli;

/// <summary><c>health ack</c>: says that somebody sees to an alert; reminders and escalation rest until the note ends.</summary>
internal static class HealthAckCommand
{
    private static readonly Argument<string> Alert = new("ALERT") { Description = "A rule that fires (low-hit-ratio, tier-down/upstash) or an alert's id" };
    private static readonly Option<string> Note = new("--note") { Description = "What is being done", Required = true };
    private static readonly Option<string> For = new("--for") { Description = "Until when nobody is reminded, such as 2h", DefaultValueFactory = _ => "8h" };
    private static readonly Option<string> Author = new("--author") { Description = "Who (default: you)", DefaultValueFactory = _ => Environment.UserName };

    public static Command Create()
    {
        var command = new Command("ack", "Say that you see to an alert; reminders rest until your note ends") { Alert, Note, For, Author };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var named = parsed.GetValue(Alert)!;
        var firing = (await new AlertStore(keeper.State).StatesAsync(keeper.Project, cancellationToken)).Values
            .Where(state => state.Phase is AlertPhase.Firing or AlertPhase.NoData && (state.Fingerprint == named || state.Title == named || state.Rule == RuleBook.Slug(named))).ToList();
        if (firing.Count == 0)
        {
            throw KeeperException.Usage($"No alert '{named}' fires.", "'cachekeeper health alerts --open' lists those that do.");
        }

        var now = keeper.Time.GetUtcNow();
        var until = now + HealthAlertsCommand.Span(parsed.GetValue(For)!);
        var notes = firing.Select(state => new Acknowledgement(state.Fingerprint, parsed.GetValue(Author)!, parsed.GetValue(Note)!, now, until)).ToList();
        foreach (var note in notes)
        {
            await new SilenceStore(keeper.State).AcknowledgeAsync(keeper.Project, note, cancellationToken);
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(notes);
        }
        else
        {
            TerminalHost.Say($"{string.Join(", ", firing.Select(state => state.Title))}: nobody is reminded until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC. You hear when it is resolved.");
        }

        return ExitCode.Done;
    }
}
