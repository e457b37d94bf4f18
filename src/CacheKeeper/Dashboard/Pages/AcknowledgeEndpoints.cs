using System.Globalization;
using CacheKeeper.Alerts;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>
/// The link in a message: asks (GET, which mail scanners follow and which changes nothing) and notes (POST) that somebody sees to one firing of one alert.
/// The signature is what opens it; nothing but that alert's title is shown and nothing but its acknowledgement is written.
/// </summary>
internal static class AcknowledgeEndpoints
{
    private const int LongestText = 200;
    private static readonly TimeSpan RestsFor = TimeSpan.FromHours(8);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ack", (HttpContext context, ProjectList projects, GuessService guesses, CancellationToken cancellationToken) =>
            AnswerAsync(context, Fields(key => context.Request.Query[key]), projects, guesses, (link, keeper, state) => Task.FromResult(AcknowledgePage.Ask(link, state)), cancellationToken)).AllowAnonymous();
        routes.MapPost("/ack", async (HttpContext context, ProjectList projects, GuessService guesses, AccessAuditService audit, CancellationToken cancellationToken) =>
        {
            var form = await context.Request.ReadFormAsync(cancellationToken);
            return await AnswerAsync(context, Fields(key => form[key]), projects, guesses, (link, keeper, state) => NoteAsync(context, keeper, state, Text(form["author"], "somebody with the link"), Text(form["note"], "seen to"), audit, cancellationToken), cancellationToken);
        }).AllowAnonymous();
    }

    private static SignedLink? Fields(Func<string, string?> field) =>
        field("project") is { Length: > 0 } project && field("alert") is { Length: > 0 } alert && field("signature") is { Length: > 0 } signature
        && long.TryParse(field("firing"), NumberStyles.None, CultureInfo.InvariantCulture, out var firing) && long.TryParse(field("until"), NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            ? new SignedLink(new AcknowledgeLink(project, alert, firing, until), signature)
            : null;

    private static async Task<IResult> AnswerAsync(HttpContext context, SignedLink? signed, ProjectList projects, GuessService guesses, Func<SignedLink, KeeperHost, AlertState, Task<Html>> answer, CancellationToken cancellationToken)
    {
        var address = CallerService.Address(context);
        var keeper = projects.All.FirstOrDefault(one => one.Project == signed?.Link.Project);
        if (guesses.IsLocked(address) || signed is null || keeper is null || keeper.Settings.Alerts.PageUrl is null
            || !AcknowledgeLinks.IsGood(await new AcknowledgeKeyStore(keeper.State).ReadAsync(keeper.Project, keeper.Time.GetUtcNow(), cancellationToken), signed.Link, signed.Signature, keeper.Time.GetUtcNow()))
        {
            guesses.Wrong(address);
            return Show(AcknowledgePage.NotGood, projects.All[0].Time.GetUtcNow(), StatusCodes.Status403Forbidden);
        }

        var states = await new AlertStore(keeper.State).StatesAsync(keeper.Project, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        return states.GetValueOrDefault(signed.Link.Fingerprint) is { Phase: AlertPhase.Firing or AlertPhase.NoData } state && state.Transition == signed.Link.Transition
            ? Show(await answer(signed, keeper, state), now)
            : Show(AcknowledgePage.Over, now);
    }

    private static async Task<Html> NoteAsync(HttpContext context, KeeperHost keeper, AlertState state, string author, string note, AccessAuditService audit, CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        await new SilenceStore(keeper.State).AcknowledgeAsync(keeper.Project, new Acknowledgement(state.Fingerprint, author, note, now, now + RestsFor), cancellationToken);
        await audit.NoteAsync(context, new AuditEntryDraft("health ack", state.Title, "done", new Actor(author, $"link in a message, {CallerService.Address(context)}")));
        return AcknowledgePage.Noted(state, now + RestsFor);
    }

    private static string Text(string? given, string otherwise) => given?.Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, LongestText)] : otherwise;

    private static IResult Show(Html body, DateTimeOffset now, int status = StatusCodes.Status200OK) =>
        Results.Text(new Frame("I see to it", "", "", [], null, now).Around(body).Markup, "text/html; charset=utf-8", statusCode: status);
}

/// <summary>A link as it came in: what it says, and the signature to check.</summary>
internal sealed record SignedLink(AcknowledgeLink Link, string Signature);
