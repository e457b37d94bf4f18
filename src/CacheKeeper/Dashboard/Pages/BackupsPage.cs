using CacheKeeper.Backup;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Restore points, what was proven of each, and the way back to one of them.</summary>
internal static class BackupsPage
{
    private const int Most = 100;

    /// <param name="mayRestore">May overwrite what stands in the tiers.</param>
    public static Html Of(IReadOnlyList<ListedPoint> points, BackupPlace place, bool mayOperate, bool mayRestore, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Backups</h1>
        <p class="lead">{Opening(points, now)}</p>
        {Html.When(place.Mistake is not null, () => Html.Of($"""<p class="notice warn">{place.Mistake}</p>"""))}
        {Html.Each(place.Damage, damage => Html.Of($"""<p class="notice bad">{damage}</p>"""))}
        {Html.When(points.Count > 0, () => Figures(points, place, now))}
        {Html.When(mayOperate, () => Html.Of($"""
            <div class="row"><form method="post" action="/do/backup/create{query}"><button class="first">Back up now</button></form>
            <form method="post" action="/do/backup/verify{query}"><button>Read the newest back</button></form>
            <form method="post" action="/do/backup/drill{query}"><button>Prove the newest by a restore</button></form></div>
            """))}
        {(points.Count == 0 ? Html.Of($"""<p class="empty">There is no restore point yet.</p>""") : Table(points, mayRestore, query, now))}
        """);

    private static string Opening(IReadOnlyList<ListedPoint> points, DateTimeOffset now)
    {
        var good = points.FirstOrDefault(point => point.IsGood);
        var proven = points.Where(point => point.ProvenAt is not null).Max(point => point.ProvenAt);
        return good is null
            ? "Nothing could be restored: there is no whole backup."
            : $"The last whole backup is {Live.OverviewSentences.Distance(now - good.Point!.StartedAt)} old. " + (proven is { } at ? $"That a restore works was proven {Live.OverviewSentences.Distance(now - at)} ago." : "That a restore works has not been proven yet.");
    }

    private static Html Figures(IReadOnlyList<ListedPoint> points, BackupPlace place, DateTimeOffset now)
    {
        var newest = points.FirstOrDefault(point => point.IsGood)?.Point;
        return Html.Of($"""
            <dl class="figures"><div><dt>Restore points</dt><dd>{points.Count(point => point.IsUsable):N0}<small>of {points.Count:N0} listed</small></dd></div>
            <div><dt>Newest holds</dt><dd>{(newest is null ? Text.Unknown("no whole backup") : Html.Of($"{newest.Entries:N0}<small>entries, {BackupText.Size(newest.PlainBytes)}</small>"))}</dd></div>
            <div><dt>Takes</dt><dd>{BackupText.Size(place.StoredBytes)}<small>all together, encrypted</small></dd></div>
            <div><dt>Read back</dt><dd>{Since(points.Max(point => point.VerifiedAt), "never", now)}</dd></div></dl>
            """);
    }

    private static Html Since(DateTimeOffset? at, string why, DateTimeOffset now) => at is null ? Text.Unknown(why) : Text.Ago(at, now);

    private static Html Table(IReadOnlyList<ListedPoint> points, bool mayRestore, string query, DateTimeOffset now) => Grid.Of(
        "Restore points",
        ["Restore point", "State", Column.Number("Rows"), Column.Number("Keys"), Column.Number("Memories"), Column.Number("Size"), "Read back", "Proven", .. mayRestore ? (Column[])["Back to it"] : []],
        points.Take(Most),
        point =>
        [
            Html.Of($"{Text.Ago(point.Point?.StartedAt ?? DateTimeOffset.FromUnixTimeMilliseconds(point.Row!.CreatedAt), now)}<small>{point.Id}</small>"),
            Html.Of($"{Text.State(State(point))}{Html.When(point.Problem.Length > 0, () => Html.Of($"<small>{point.Problem}</small>"))}"),
            Count(point, "postgresql"), Count(point, "upstash"), Count(point, "mem0"), Html.Of($"{BackupText.Size(point.Point?.PlainBytes ?? point.Row!.PlainBytes)}"),
            Since(point.VerifiedAt, "never", now), Since(point.ProvenAt, "never", now),
            Html.When(point.IsUsable, () => Back(point, query)),
        ]);

    // Folded away: it is wide, and rarely what one came for.
    private static Html Back(ListedPoint point, string query) => Html.Of($"""
        <details><summary aria-label="Restore {point.Id}">Restore</summary><form method="post" action="/restores{query}" class="stack"><input type="hidden" name="point" value="{point.Id}">
        <select name="aim" aria-label="What becomes of what stands now, for {point.Id}"><option value="put_back">put back what is missing or different</option><option value="only_missing">add only what is missing</option><option value="exact">make it exactly as it was</option></select>
        <button>Preview a restore</button></form></details>
        """);

    private static Html Count(ListedPoint point, string tier) => point.Point?.Part(tier) is { State: not PartState.Failed } part ? Html.Of($"{part.Entries:N0}") : Html.Of($"–");

    private static string State(ListedPoint point) => point.Point switch
    {
        _ when point.Problem.Length > 0 => "damaged",
        { IsComplete: false } => "partial",
        { Kind: PointKind.SafetyCopy } => "safety copy",
        { Kind: PointKind.Selection } => "selection",
        { Kind: PointKind.Archive } => "archive",
        _ => "good",
    };
}

/// <summary>Where the backups lie, as far as it could be opened.</summary>
internal sealed record BackupPlace(long StoredBytes, IReadOnlyList<string> Damage, string? Mistake);
