using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What stands around every page: head, navigation, who is signed in.</summary>
/// <param name="Path">The page's own path, for marking it in the navigation.</param>
internal sealed record Frame(string Title, string Path, string Project, IReadOnlyList<string> Projects, Caller? Caller, DateTimeOffset Now)
{
    // Four questions, in the order in which they are asked: how is it, what is in it, what is done with it, who looks after that.
    private static readonly (string Group, (string Path, string Name)[] Places)[] Groups =
    [
        ("Now", [("/", "Overview"), ("/alerts", "Alerts"), ("/incidents", "Incidents"), ("/health", "Health")]),
        ("Cache", [("/tiers", "Tiers"), ("/entries", "Entries"), ("/trends", "Trends"), ("/insights", "Insights")]),
        ("Care", [("/runs", "Runs"), ("/schedule", "Schedule"), ("/backups", "Backups"), ("/optimizer", "Optimizer")]),
        ("Keeper", [("/audit", "Audit"), ("/settings", "Settings"), ("/sessions", "Sessions")]),
    ];

    public Html Around(Html body) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Title} · CacheKeeper</title>
        <link rel="icon" href="/assets/favicon.svg">
        <link rel="stylesheet" href="/assets/site.css">
        {Html.When(Caller is not null, () => Html.Of($"""<noscript><meta http-equiv="refresh" content="30"></noscript>"""))}
        <script src="/assets/site.js" defer></script>
        {Html.When(Path is "/trends", () => Html.Of($"""<link rel="stylesheet" href="/assets/uplot.css"><script src="/assets/uplot.js" defer></script><script src="/assets/trends.js" defer></script>"""))}
        </head>
        <body{Html.When(Caller is not null, () => Html.Of($" data-project=\"{Project}\""))}>
        <a class="skip" href="#main">To the content</a>
        <header>
        <p class="brand"><a href="/{Query}">CacheKeeper</a></p>
        {Html.When(Caller is not null, Navigation)}
        </header>
        <div class="page">
        <p id="lost" class="notice bad" role="alert" hidden>The keeper does not answer. What stands below is from <span id="lost-since"></span>.</p>
        <main id="main">
        {body}
        </main>
        <footer><p>As of <time datetime="{Text.Iso(Now)}">{Text.Clock(Now)}</time>. All times are UTC.</p></footer>
        </div>
        </body>
        </html>
        """);

    /// <summary>The project as a query, so that every link stays in it.</summary>
    public string Query => Projects.Count > 1 ? "?project=" + Uri.EscapeDataString(Project) : "";

    private Html Navigation() => Html.Of($"""
        <button class="menu" type="button" popovertarget="places">Menu</button>
        <div id="places" class="places" popover>
        <p class="project">{Project}</p>
        {Html.When(Projects.Count > 1, () => Html.Of($"""<p class="projects">Other projects: {Html.Each(Projects.Where(name => name != Project), name => Html.Of($"""<a href="{Path}?project={Uri.EscapeDataString(name)}">{name}</a> """))}</p>"""))}
        <nav aria-label="Pages">
        {Html.Each(Groups, group => Html.Of($"""<p id="group-{group.Group}">{group.Group}</p><ul aria-labelledby="group-{group.Group}">{Html.Each(group.Places.Where(place => place.Path != "/audit" || Caller!.May(Rights.Administer)), Link)}</ul>"""))}
        </nav>
        <form method="post" action="/sign-out" class="out"><span>{Caller!.Name} ({Caller.Role.ToString().ToLowerInvariant()})</span> <button>Sign out</button></form>
        </div>
        """);

    private Html Link((string Path, string Name) place) =>
        Html.Of($"""<li><a href="{place.Path}{Query}"{Html.When(place.Path == Path, () => Html.Of($" aria-current=\"page\""))}>{place.Name}</a></li>""");
}
