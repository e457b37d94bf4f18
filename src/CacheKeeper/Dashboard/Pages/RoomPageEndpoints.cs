using CacheKeeper.Alerts;
using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Metrics;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The pages of single rooms: entries, trends, alerts, audit, settings.</summary>
internal static class RoomPageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/entries", EntriesAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/entries/{tier}", EntryAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/trends", TrendsAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/alerts", AlertsAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/audit", AuditAsync).RequireAuthorization(Rights.Administer);
        routes.MapGet("/settings", (VisitHost visit) => PageEndpoints.Page(visit, "Settings", "/settings", SettingsPage.Of(SettingsView.Of(visit.Keeper.Settings), SettingsFile()))).RequireAuthorization(Rights.Read);
        routes.MapGet("/api/entries", async (VisitHost visit, string? tier, string? category, string? state, string? after, int? limit, CancellationToken cancellationToken) =>
            MetricsEndpoints.Json(await EntryListingService.ListAsync(visit.Keeper, EntryQuestion.Of(tier, category, state, after, limit), cancellationToken)))
            .RequireAuthorization(Rights.Read).WithSummary("Entries of a tier, a page at a time; pass next as after. ?tier= ?category= ?state= ?limit=");
    }

    private static DateTimeOffset Now(VisitHost visit) => visit.Keeper.Time.GetUtcNow();

    private static string? SettingsFile()
    {
        try
        {
            return SettingsStore.FindFile(null);
        }
        catch (KeeperException)
        {
            return null;
        }
    }

    private static async Task<IResult> EntriesAsync(VisitHost visit, string? tier, string? category, string? state, string? after, CancellationToken cancellationToken)
    {
        var question = EntryQuestion.Of(tier ?? (visit.Keeper.Tiers.Count > 0 ? visit.Keeper.Tiers[^1].Name.Word() : null), category, state, after, null);
        try
        {
            var listing = await EntryListingService.ListAsync(visit.Keeper, question, cancellationToken);
            return PageEndpoints.Page(visit, "Entries", "/entries", EntriesPage.Of(question, listing, null, PageEndpoints.Query(visit), Now(visit)));
        }
        catch (Exception e) when (e is KeeperException or TierException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return PageEndpoints.Page(visit, "Entries", "/entries", EntriesPage.Of(question, null, Storage.Redaction.Apply(e is OperationCanceledException ? "The tier did not answer in time." : e.Message), PageEndpoints.Query(visit), Now(visit)));
        }
    }

    private static async Task<IResult> EntryAsync(VisitHost visit, string tier, string? id, string? version, CancellationToken cancellationToken)
    {
        if (TierNames.Parse(tier) is not { } name || string.IsNullOrEmpty(id))
        {
            return PageEndpoints.Missing(visit, "entry");
        }

        var head = new EntryHead(name, id, version ?? "");
        return PageEndpoints.Page(visit, "Entry", "/entries", EntriesPage.Of(
            head,
            await EntryListingService.ContentAsync(visit.Keeper, head, cancellationToken),
            (await new PinStore(visit.Keeper.Notes, visit.Keeper.Project).ListAsync(cancellationToken)).FirstOrDefault(pin => pin.Key == head.Id),
            visit.Caller.May(Rights.Operate),
            PageEndpoints.Query(visit)));
    }

    private static async Task<IResult> TrendsAsync(VisitHost visit, string? series, int? hours, CancellationToken cancellationToken)
    {
        var latest = await new SampleStore(visit.Keeper.State).LatestAsync(visit.Keeper.Project, Now(visit).AddDays(-30), cancellationToken);
        var span = hours is 24 or 168 or 720 ? hours.Value : 24;
        return PageEndpoints.Page(visit, "Trends", "/trends", TrendsPage.Of(latest, series is not null && latest.ContainsKey(series) ? series : null, span, PageEndpoints.Query(visit), Now(visit)));
    }

    private static async Task<IResult> AlertsAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var (keeper, now) = (visit.Keeper, Now(visit));
        var (alerts, silences) = (new AlertStore(keeper.State), new SilenceStore(keeper.State));
        var states = await alerts.StatesAsync(keeper.Project, cancellationToken);
        var view = new AlertsView(
            states.Count,
            [.. states.Values.Where(state => state.Phase != AlertPhase.Inactive).OrderByDescending(state => state.Severity).ThenBy(state => state.Since)],
            await silences.AcknowledgementsAsync(keeper.Project, now, cancellationToken),
            await silences.ListAsync(keeper.Project, now, cancellationToken),
            await alerts.TransitionsAsync(keeper.Project, now.AddDays(-7), 100, cancellationToken),
            [.. AlertChecks.Book(keeper.Settings.Alerts).Rules.Select(rule => rule.Name).Distinct().Order(StringComparer.Ordinal)]);
        return PageEndpoints.Page(visit, "Alerts", "/alerts", AlertsPage.Of(view, visit.Caller.May(Rights.Operate), PageEndpoints.Query(visit), now));
    }

    private static async Task<IResult> AuditAsync(VisitHost visit, long? before, bool? check, CancellationToken cancellationToken)
    {
        var lines = await visit.Keeper.Audit.ListAsync(new AuditFilter { Projects = visit.Caller.Projects, Before = before, Limit = AuditPage.Limit }, cancellationToken);
        return PageEndpoints.Page(visit, "Audit", "/audit", AuditPage.Of(lines, check == true ? await visit.Keeper.Audit.VerifyAsync(cancellationToken) : null, PageEndpoints.Query(visit), Now(visit)));
    }
}
