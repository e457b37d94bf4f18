using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The page of backups, and restoring from it: a preview first, then words to type, then the same job as on the command line.</summary>
internal static class BackupEndpoints
{
    private static readonly Dictionary<string, RestoreAim> Aims = new(StringComparer.Ordinal) { ["put_back"] = RestoreAim.PutBack, ["only_missing"] = RestoreAim.OnlyMissing, ["exact"] = RestoreAim.Exact };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/backups", ListAsync).RequireAuthorization(Rights.Read);
        routes.MapPost("/restores", PreviewAsync).RequireAuthorization(Rights.Administer);
        routes.MapGet("/restores/{run}", (VisitHost visit, string run, string? aim, CancellationToken cancellationToken) => ShowAsync(visit, run, aim, null, cancellationToken)).RequireAuthorization(Rights.Administer);
        routes.MapPost("/restores/{run}/apply", ApplyAsync).RequireAuthorization(Rights.Administer);
    }

    private static DateTimeOffset Now(VisitHost visit) => visit.Keeper.Time.GetUtcNow();

    private static async Task<IResult> ListAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        IReadOnlyList<ListedPoint> points = [];
        BackupPlace place;
        try
        {
            await using var repository = await visit.Keeper.Backups.OpenAsync(create: false, cancellationToken);
            points = [.. (await repository.Points.ListAsync(cancellationToken)).Where(point => point.Row?.RemovedAt is null || point.Point is not null)];
            place = new BackupPlace(repository.Chunks.Packs.Sum(pack => pack.Bytes), repository.Chunks.Damage, null);
        }
        catch (KeeperException e)
        {
            place = new BackupPlace(0, [], $"{e.Message} {e.Hint}".TrimEnd());
        }

        var (operates, restores) = (visit.Caller.May(Rights.Operate), visit.Caller.May(Rights.Administer));
        return PageEndpoints.Page(visit, "Backups", "/backups", BackupsPage.Of(points, place, operates, restores, PageEndpoints.Query(visit), Now(visit)));
    }

    private static async Task<IResult> PreviewAsync(VisitHost visit, ChangeService changes, CancellationToken cancellationToken)
    {
        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        var aim = form["aim"].ToString();
        var run = await changes.RunAsync(visit, Job(visit, form["point"].ToString(), aim), dryRun: true);
        return run is not null && RestorePage.Words(run) is not null
            ? new SeeOther($"/restores/{Uri.EscapeDataString(run.Run)}{With(visit, "aim", aim)}")
            : PageEndpoints.ToRun(visit, run);
    }

    private static async Task<IResult> ShowAsync(VisitHost visit, string run, string? aim, string? mistake, CancellationToken cancellationToken) =>
        await RunEndpoints.FindAsync(visit, run, cancellationToken) is { } preview && RestorePage.Words(preview) is not null
            ? PageEndpoints.Page(visit, "Restore", "/backups", RestorePage.Of(preview, aim ?? "put_back", mistake, PageEndpoints.Query(visit)), mistake is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest)
            : PageEndpoints.Missing(visit, "preview of a restore");

    private static async Task<IResult> ApplyAsync(VisitHost visit, string run, ChangeService changes, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        if (await RunEndpoints.FindAsync(visit, run, cancellationToken) is not { } preview || RestorePage.Point(preview) is not { } point)
        {
            return PageEndpoints.Missing(visit, "preview of a restore");
        }

        var aim = form["aim"].ToString();
        if (!visit.Caller.IsFresh(Now(visit), policy))
        {
            return new SeeOther("/sign-in?return=" + Uri.EscapeDataString($"/restores/{run}{With(visit, "aim", aim)}"));
        }

        return form["words"].ToString().Trim() != RestorePage.Words(preview)
            ? await ShowAsync(visit, run, aim, $"Nothing was restored: the words are “{RestorePage.Words(preview)}”.", cancellationToken)
            : PageEndpoints.ToRun(visit, await changes.RunAsync(visit, Job(visit, point, aim), dryRun: false));
    }

    private static RestoreJob Job(VisitHost visit, string point, string aim) => Aims.TryGetValue(aim, out var chosen)
        ? new RestoreJob(visit.Keeper.Backups, new RestoreRequest { Point = point, Aim = chosen })
        : throw KeeperException.Usage($"There is no aim '{aim}'.", $"Aims: {string.Join(", ", Aims.Keys)}.");

    private static string With(VisitHost visit, string name, string value) => PageEndpoints.Query(visit) is { Length: > 0 } query ? $"{query}&{name}={Uri.EscapeDataString(value)}" : $"?{name}={Uri.EscapeDataString(value)}";
}
