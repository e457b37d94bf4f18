using System.CommandLine;
using CacheKeeper.Alerts;

namespace CacheKeeper.Cli;

/// <summary><c>health silence</c>: holds matching alerts back for a stated time, or ends a silence.</summary>
internal static class HealthSilenceCommand
{
    private static readonly Argument<string?> Matcher = new("RULE") { Description = "A rule (tier-slow), one subject of it (tier-slow/upstash), a beginning (tier-*) or an alert's id", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> For = new("--for") { Description = "How long, such as 30m or 4h (at most 30d)", DefaultValueFactory = _ => "1h" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; shown wherever the silence holds something back" };
    private static readonly Option<string> Author = new("--author") { Description = "Who (default: you)", DefaultValueFactory = _ => Environment.UserName };
    private static readonly Option<string?> UpTo = new("--up-to") { Description = "Only up to this severity: info, warning or critical" };
    private static readonly Option<string?> End = new("--end") { Description = "End this silence now" };

    public static Command Create()
    {
        UpTo.AcceptOnlyFromAmong("info", "warning", "critical");
        var command = new Command("silence", "Hold matching alerts back for a stated time; checks go on") { Matcher, For, Reason, Author, UpTo, End };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var silences = new SilenceStore(keeper.State);
        var now = keeper.Time.GetUtcNow();
        if (parsed.GetValue(End) is { } ended)
        {
            return await silences.EndAsync(keeper.Project, ended, now, cancellationToken)
                ? Tell(parsed, new { ended }, $"The silence {ended} has ended.")
                : throw KeeperException.Usage($"There is no silence '{ended}' that still holds.", "'cachekeeper health alerts' lists them.");
        }

        var silence = await silences.AddAsync(keeper.Project, Read(parsed, now), cancellationToken);
        return Tell(parsed, silence, $"Alerts of {silence.Matcher} are not told until {silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.{Environment.NewLine}End it earlier: cachekeeper health silence --end {silence.Id}");
    }

    private static Silence Read(ParseResult parsed, DateTimeOffset now)
    {
        var matcher = parsed.GetValue(Matcher) ?? throw KeeperException.Usage("Which alerts?", "Name a rule, such as 'health silence tier-slow --for 2h --reason \"moving to a new server\"'.");
        return new Silence
        {
            Id = "",
            Matcher = new AlertMatcher
            {
                Rule = IsFingerprint(matcher) ? null : matcher,
                Fingerprint = IsFingerprint(matcher) ? matcher : null,
                UpTo = parsed.GetValue(UpTo) is { } severity ? Enum.Parse<AlertSeverity>(severity, ignoreCase: true) : null,
            },
            Author = parsed.GetValue(Author)!,
            Reason = parsed.GetValue(Reason) ?? "",
            StartsAt = now,
            EndsAt = now + HealthAlertsCommand.Span(parsed.GetValue(For)!),
        };
    }

    private static bool IsFingerprint(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigit);

    private static int Tell(ParseResult parsed, object document, string sentence)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(document);
        }
        else
        {
            TerminalHost.Say(sentence);
        }

        return ExitCode.Done;
    }
}
