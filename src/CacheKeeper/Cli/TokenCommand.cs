using System.CommandLine;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Cli;

/// <summary><c>token create|list|revoke</c>: what opens the page and the API. Whoever may read the keeper's state folder may make one.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Tokens for the page and the API") { CreateOne(), List(), Revoke() };

    private static Command CreateOne()
    {
        var name = new Argument<string>("name") { Description = "Whose it is" };
        var role = new Option<string>("--role") { Description = "application, viewer, operator or admin", DefaultValueFactory = _ => "viewer" };
        var days = new Option<int>("--days") { Description = "How long it lasts", DefaultValueFactory = _ => 90 };
        var every = new Option<bool>("--all-projects") { Description = "For every project, not only this one" };
        role.AcceptOnlyFromAmong("application", "viewer", "operator", "admin");
        var command = new Command("create", "Make a token; it is printed this once") { name, role, days, every };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(days) is < 1 or > 3650)
            {
                throw KeeperException.Usage("--days is 1 to 3650.");
            }

            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var now = keeper.Time.GetUtcNow();
            IReadOnlyList<string>? projects = parsed.GetValue(every) ? null : [keeper.Project];
            await AuditAsync(keeper, "token-create", parsed.GetValue(name)!, "begun", cancellationToken);
            var (token, text) = await new AccessStore(keeper.State).CreateAsync(
                parsed.GetValue(name)!, Enum.Parse<Role>(parsed.GetValue(role)!, ignoreCase: true), projects, now, now.AddDays(parsed.GetValue(days)), setup: false, cancellationToken);
            await AuditAsync(keeper, "token-create", token.Id, "done", cancellationToken);
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(new { token.Id, token.Name, token.Role, token.Projects, token.ExpiresAt, Token = text });
            }
            else
            {
                TerminalHost.Say($"{text}\n{token.Id}: {token.Role.ToString().ToLowerInvariant()} of {(projects is null ? "every project" : keeper.Project)} until {token.ExpiresAt:yyyy-MM-dd}. It is not shown again.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Tokens, without their texts");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var (tokens, now) = (await new AccessStore(keeper.State).ListAsync(cancellationToken), keeper.Time.GetUtcNow());
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(tokens);
            }
            else
            {
                TerminalHost.Say(tokens.Count == 0 ? "There is no token." : string.Join('\n', tokens.Select(token => Line(token, now))));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The token's id, as list shows it" };
        var command = new Command("revoke", "End a token and every session that came from it") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            var revoked = await new AccessStore(keeper.State).RevokeAsync(parsed.GetValue(id)!, keeper.Time.GetUtcNow(), cancellationToken);
            await AuditAsync(keeper, "token-revoke", parsed.GetValue(id)!, revoked ? "done" : "nothing_to_do", cancellationToken);
            TerminalHost.Say(revoked ? "Revoked, and its sessions ended." : "There is no such token to revoke.");
            return revoked ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Task AuditAsync(KeeperHost keeper, string action, string what, string result, CancellationToken cancellationToken) => keeper.Audit.AppendAsync(
        new AuditEntry(keeper.Time.GetUtcNow(), ActorHost.OnCommandLine(KeeperHost.Node), action, what, result) { Project = keeper.Project }, cancellationToken);

    private static string Line(TokenRecord token, DateTimeOffset now) =>
        $"{token.Id}  {token.Role.ToString().ToLowerInvariant(),-11} {(token.Projects is null ? "every project" : string.Join(", ", token.Projects)),-20} {(token.IsUsable(now) ? "until " + (token.ExpiresAt?.ToString("yyyy-MM-dd") ?? "revoked") : token.RevokedAt is null ? "ended" : "revoked"),-17} {token.Name}";
}
