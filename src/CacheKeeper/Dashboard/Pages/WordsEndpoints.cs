using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Commands;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Pages whose content is what a command says: the same sentences and tables as on a terminal.</summary>
internal static class WordsEndpoints
{
    private sealed record Part(string Title, string Verb, params string[] Arguments);

    private static readonly (string Path, string Title, string Lead, Part[] Parts, (string Verb, string Button)[] Forms)[] Places =
    [
        ("/backups", "Backups", "Restore points, what was proven of each, and what comes next. Restoring is done on the command line: cachekeeper backup restore shows a preview first.",
            [new Part("Restore points", "backup list")], [("backup create", "Back up now"), ("backup verify", "Prove the newest")]),
        ("/optimizer", "Optimizer", "What would make the cache better, what it would bring, and what earlier advice really brought.",
            [new Part("Promised and come", "optimizer record")], [("optimizer analyze", "Analyze now")]),
        ("/insights", "Insights", "What the figures say, with the evidence and what to do about it.",
            [new Part("Insights", "analytics insights"), new Part("Removed and missed", "cleanup regret")], []),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var place in Places)
        {
            routes.MapGet(place.Path, async (VisitHost visit, CommandService commands, CancellationToken cancellationToken) =>
            {
                var parts = new List<(string Title, string Words)>();
                foreach (var part in place.Parts)
                {
                    parts.Add((part.Title, await WordsAsync(visit, commands, part, cancellationToken)));
                }

                return PageEndpoints.Page(visit, place.Title, place.Path, Body(visit, place.Title, place.Lead, parts, place.Forms));
            }).RequireAuthorization(Rights.Read);
        }
    }

    private static async Task<string> WordsAsync(VisitHost visit, CommandService commands, Part part, CancellationToken cancellationToken)
    {
        var found = CommandTree.Leaves().FirstOrDefault(leaf => leaf.Verb == part.Verb);
        return found.Command is null ? "Not available in this version." : (await CommandWordsService.RunAsync(visit, commands, new CommandRoute(found.Verb, found.Command), new CommandBody(part.Arguments), cancellationToken)).Words;
    }

    private static Html Body(VisitHost visit, string title, string lead, List<(string Title, string Words)> parts, (string Verb, string Button)[] forms) => Html.Of($"""
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        {Html.Each(parts, part => Html.Of($"""<section><h2>{part.Title}</h2><pre class="words" tabindex="0" role="region" aria-label="{part.Title}">{part.Words}</pre></section>"""))}
        {Html.When(visit.Caller.May(Rights.Operate), () => Html.Each(forms.Where(form => CommandTree.Leaves().Any(leaf => leaf.Verb == form.Verb)), form => Html.Of($"""
            <form method="post" action="/do/{form.Verb.Replace(' ', '/')}{PageEndpoints.Query(visit)}" class="row"><button>{form.Button}</button></form>
            """)))}
        """);
}
