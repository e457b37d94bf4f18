using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What stands in a tier, a page at a time, and why an entry is (still) there.</summary>
internal static class EntriesPage
{
    private static readonly (string Word, string Name)[] States = [("any", "any"), ("live", "live"), ("expired", "expired"), ("without_expiry", "without an end")];

    public static Html Of(EntryQuestion question, EntryListing? listing, string? mistake, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Entries</h1>
        <form method="get" action="/entries" class="row">{Project(query)}
        <label for="tier">Tier</label><select id="tier" name="tier">{Html.Each(Enum.GetValues<TierName>(), tier => Option(tier.Word(), tier.Title(), tier == question.Tier))}</select>
        <label for="state">State</label><select id="state" name="state">{Html.Each(States, state => Option(state.Word, state.Name, state.Word == Word(question.State)))}</select>
        <label for="category">Category</label><input id="category" name="category" value="{question.Category}" placeholder="any, exactly as written" maxlength="200">
        <button>Show</button></form>
        {Html.When(mistake is not null, () => Html.Of($"""<p class="notice warn">{mistake}</p>"""))}
        {Html.When(listing is not null, () => listing!.Entries.Count == 0 ? Html.Of($"<p class=\"empty\">Nothing here is of this kind. Another tier, state or category may hold some.</p>") : Table(listing, question, query, now))}
        """);

    /// <summary>One entry: what the tier knows, and its content with personal numbers marked.</summary>
    public static Html Of(EntryHead head, string? content, Pin? pin, bool mayOperate, string query) => Html.Of($"""
        <h1>{head.Id}</h1>
        <p class="lead">{(content is null ? "It is gone, or was written again since the list was made." : $"An entry of {head.Tier.Title()}.")}</p>
        {Html.When(content is not null, () => Html.Of($"""<pre tabindex="0" role="region" aria-label="Content">{content}</pre><p class="fine">Payment references, cards, phone and mail addresses are marked, not shown.</p>"""))}
        {Html.When(pin is not null, () => Html.Of($"<p>{Text.State("kept")} Pinned by {pin!.Author}: no cleanup takes it.</p>"))}
        {Html.When(mayOperate && content is not null, () => Html.Of($"""
            <div class="row"><form method="post" action="/entries/{(pin is null ? "pin" : "unpin")}{query}"><input type="hidden" name="tier" value="{head.Tier.Word()}"><input type="hidden" name="key" value="{head.Id}"><input type="hidden" name="version" value="{head.Version}"><button>{(pin is null ? "Pin it" : "Let it go")}</button></form>
            <form method="post" action="/entries/removal{query}"><input type="hidden" name="key" value="{head.Id}"><button>Plan its removal</button></form> <span class="fine">The plan is shown first; a row's keys and memories go with it.</span></div>
            """))}
        <p><a href="/entries{query}">Back to the entries</a></p>
        """);

    private static Html Table(EntryListing listing, EntryQuestion question, string query, DateTimeOffset now) => Html.Of($"""
        {Grid.Of("Entries", ["Entry", "Category", Column.Number("Hits"), Column.Number("Size"), Column.Prose("Why it is here")], listing.Entries, entry => Row(entry, query, now))}
        {Html.When(listing.Next is not null, () => Html.Of($"""
            <p><a href="/entries{Link(query)}tier={question.Tier.Word()}&amp;state={Word(question.State)}&amp;category={Uri.EscapeDataString(question.Category ?? "")}&amp;after={Uri.EscapeDataString(listing.Next!)}">Further</a></p>
            """))}
        """);

    private static Html[] Row(EntryHead entry, string query, DateTimeOffset now) =>
    [
        Html.Of($"""<a href="/entries/{entry.Tier.Word()}{Link(query)}id={Uri.EscapeDataString(entry.Id)}&amp;version={Uri.EscapeDataString(entry.Version)}">{Short(entry.Id)}</a>"""), Html.Of($"{entry.Category}"),
        entry.AccessCount is { } hits ? Html.Of($"{hits:N0}") : Html.Of($"–"), Html.Of($"{CleanupText.Bytes(entry.Bytes)}"), Html.Of($"{Why(entry, now)}"),
    ];

    /// <summary>Why an entry is there, in a sentence.</summary>
    public static string Why(EntryHead entry, DateTimeOffset now) => entry switch
    {
        { Pinned: true } => "It is pinned: no cleanup takes it.",
        { ReplacedBy: { } other } => $"Superseded by {other}; Mem0's maintenance takes it.",
        { ExpiresAt: { } end } when end <= now => $"Expired {OverviewSentences.Distance(now - end)} ago; the next cleanup takes it.",
        { ExpiresAt: { } end } => $"It lasts {OverviewSentences.Distance(end - now)} more" + Used(entry, now),
        _ => "It has no end" + Used(entry, now),
    };

    private static string Used(EntryHead entry, DateTimeOffset now) => entry.AccessedAt is { } at ? $"; last asked for {OverviewSentences.Distance(now - at)} ago." : ".";

    private static string Link(string query) => query.Length > 0 ? query + "&" : "?";

    private static Html Project(string query) => Html.When(query.StartsWith("?project=", StringComparison.Ordinal), () => Html.Of($"""<input type="hidden" name="project" value="{Uri.UnescapeDataString(query["?project=".Length..])}">"""));

    private static Html Option(string value, string name, bool chosen) => Html.Of($"""<option value="{value}"{Html.When(chosen, () => Html.Of($" selected"))}>{name}</option>""");

    private static string Word(EntryState state) => state == EntryState.WithoutExpiry ? "without_expiry" : state.ToString().ToLowerInvariant();

    private static string Short(string id) => id.Length <= 60 ? id : id[..57] + "…";
}
