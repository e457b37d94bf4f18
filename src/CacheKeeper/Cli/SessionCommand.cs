using System.CommandLine;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Cli;

/// <summary><c>session list|end</c>: who is signed in to the page, and their end. Whoever may read the keeper's state folder sees all of them.</summary>
internal static class SessionCommand
{
    public static Command Create() => new("session", "Who is signed in to the page, and from where") { List(), End() };

    private static Command List()
    {
        var command = new Command("list", "Sessions: when begun, when last seen, from where");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var sessions = await new SessionStore(keeper.State).ListAsync(null, keeper.Time.GetUtcNow(), keeper.Settings.Web.Access, cancellationToken);
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(sessions);
            }
            else
            {
                TerminalHost.Say(sessions.Count == 0 ? "Nobody is signed in." : string.Join('\n', sessions.Select(Line)));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command End()
    {
        var id = new Argument<string?>("id") { Description = "The session's id, as list shows it", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every session: everybody signs in again" };
        var command = new Command("end", "End one session, or all") { id, all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(id) is null != parsed.GetValue(all))
            {
                throw KeeperException.Usage("Which session?", "Give its id, or --all.");
            }

            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var sessions = new SessionStore(keeper.State);
            var ended = parsed.GetValue(id) is { } one ? await sessions.EndAsync(one, null, cancellationToken) ? 1 : 0 : await sessions.EndAllAsync(null, null, cancellationToken);
            await keeper.Audit.AppendAsync(
                new AuditEntry(keeper.Time.GetUtcNow(), ActorHost.OnCommandLine(KeeperHost.Node), "session-end", parsed.GetValue(id) ?? "all", ended > 0 ? "done" : "nothing_to_do") { Detail = $"{ended} ended." }, cancellationToken);
            TerminalHost.Say(ended switch { 0 when parsed.GetValue(id) is not null => "There is no such session.", 0 => "Nobody is signed in.", 1 => "Ended.", _ => $"{ended} sessions ended." });
            return ended == 0 && parsed.GetValue(id) is not null ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static string Line(SessionRecord session) =>
        $"{session.Id}  begun {session.CreatedAt:yyyy-MM-dd HH:mm}  seen {session.SeenAt:HH:mm}  {session.Address,-15} {session.Name} ({session.Owner})  {session.Agent}".TrimEnd();
}
