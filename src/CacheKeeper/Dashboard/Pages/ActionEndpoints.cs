using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Commands;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Forms that run a command: the same verbs as the command line, from a fixed list; what the command says is shown.</summary>
internal static class ActionEndpoints
{
    /// <summary>What forms may run, and the page each belongs to. Removing has its own way: a plan, and words to type.</summary>
    public static readonly IReadOnlyDictionary<string, string> Verbs = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["health ack"] = "/alerts",
        ["health silence"] = "/alerts",
        ["health backtest"] = "/alerts",
        ["scheduler pause"] = "/schedule",
        ["scheduler resume"] = "/schedule",
        ["scheduler run"] = "/schedule",
        ["scheduler freeze"] = "/incidents",
        ["scheduler unfreeze"] = "/incidents",
        ["backup create"] = "/backups",
        ["backup verify"] = "/backups",
        ["backup drill"] = "/backups",
        ["debug why"] = "/runs",
    };

    /// <summary>These act at once on the cache, so their name is typed.</summary>
    public static readonly IReadOnlyList<string> TypedConfirmation = ["scheduler run"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (verb, command) in CommandTree.Leaves().Where(leaf => Verbs.ContainsKey(leaf.Verb) && RemoteVerbs.Rights.ContainsKey(leaf.Verb)))
        {
            routes.MapPost("/do/" + verb.Replace(' ', '/'), (VisitHost visit, CommandService commands, AccessPolicy policy, CancellationToken cancellationToken) => DoAsync(visit, commands, policy, new CommandRoute(verb, command), cancellationToken))
                .RequireAuthorization(RemoteVerbs.Rights[verb]);
        }
    }

    private static async Task<IResult> DoAsync(VisitHost visit, CommandService commands, AccessPolicy policy, CommandRoute route, CancellationToken cancellationToken)
    {
        var back = Verbs[route.Verb];
        if (!visit.Caller.IsFresh(visit.Keeper.Time.GetUtcNow(), policy))
        {
            return new SeeOther("/sign-in?return=" + Uri.EscapeDataString(back + PageEndpoints.Query(visit)));
        }

        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        var fields = form.Where(field => field.Key != "words" && field.Value.ToString().Trim().Length > 0).Select(field => KeyValuePair.Create(field.Key, field.Value.ToString().Trim())).ToList();
        if (TypedConfirmation.Contains(route.Verb) && form["words"].ToString().Trim() != form["job"].ToString())
        {
            return Show(visit, back, route.Verb, $"Nothing was done: the words are “{form["job"]}”.", failed: true);
        }

        var (code, words) = await CommandWordsService.RunAsync(visit, commands, route, CommandBody.FromQuery(route.Command, fields), cancellationToken);
        return Show(visit, back, route.Verb, words, failed: code is not (ExitCode.Done or ExitCode.Degraded));
    }

    private static IResult Show(VisitHost visit, string back, string verb, string words, bool failed) => PageEndpoints.Page(visit, verb, back, Html.Of($"""
        <h1>{(failed ? "Not done" : "Done")}: {verb}</h1>
        <pre class="words" tabindex="0" role="region" aria-label="What the command says">{words}</pre>
        <p><a href="{back}{PageEndpoints.Query(visit)}">Back</a></p>
        """), failed ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
}
