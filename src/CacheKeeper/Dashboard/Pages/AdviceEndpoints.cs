using CacheKeeper.Analytics;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Recovery;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The pages of what the keeper has found out: insights, the optimizer's advice, incidents.</summary>
internal static class AdviceEndpoints
{
    private const int MostIncidents = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/insights", InsightsAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/optimizer", (VisitHost visit, CancellationToken cancellationToken) => OptimizerAsync(visit, analyze: false, cancellationToken)).RequireAuthorization(Rights.Read);
        routes.MapPost("/optimizer", (VisitHost visit, CancellationToken cancellationToken) => OptimizerAsync(visit, analyze: true, cancellationToken)).RequireAuthorization(Rights.Operate);
        routes.MapGet("/incidents", IncidentsAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/api/incidents", async (VisitHost visit, CancellationToken cancellationToken) => MetricsEndpoints.Json((await ListAsync(visit, cancellationToken)).Select(one => new { one.Incident, one.Timeline })))
            .RequireAuthorization(Rights.Read).WithSummary("Incidents that are open or began in the last 30 days, each with its timeline");
    }

    private static DateTimeOffset Now(VisitHost visit) => visit.Keeper.Time.GetUtcNow();

    private static async Task<IResult> InsightsAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var (keeper, now) = (visit.Keeper, Now(visit));
        var findings = await new FindingService(keeper.State, keeper.Settings.Analytics).ListAsync(keeper.Project, now.AddDays(-7), now, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return Page(await keeper.Regret.LookAsync(now, limit.Token), null);
        }
        catch (Exception e) when (e is TierException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Page(null, "Unknown: " + (e is TierException ? Storage.Redaction.Apply(e.Message) : "the tier did not answer in time."));
        }

        IResult Page(Cleanup.Regret.RegretLedger? regret, string? unknown) => PageEndpoints.Page(visit, "Insights", "/insights", InsightsPage.Of(findings, regret, unknown, PageEndpoints.Query(visit), now));
    }

    private static async Task<IResult> OptimizerAsync(VisitHost visit, bool analyze, CancellationToken cancellationToken)
    {
        var (parts, now) = (new OptimizerHost(visit.Keeper), Now(visit));
        var changes = await parts.Changes.ListAsync(cancellationToken);
        var inputs = analyze ? await parts.Look.LookAsync(now, remember: false, cancellationToken) : null;
        var unseen = inputs is null ? [] : inputs.Unseen.Append(TtlRule.TooShort(inputs) ?? "").Where(remark => remark.Length > 0).ToList();
        return PageEndpoints.Page(visit, "Optimizer", "/optimizer", OptimizerPage.Of(changes, inputs is null ? null : Advisor.Advise(inputs), unseen, visit.Caller.May(Rights.Operate), PageEndpoints.Query(visit), now));
    }

    private static async Task<IResult> IncidentsAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var incidents = await ListAsync(visit, cancellationToken);
        var page = IncidentsPage.Of(
            incidents, await visit.Keeper.Directives.ReadAsync(cancellationToken), await visit.Keeper.Freezes.FindAsync(Now(visit), cancellationToken), visit.Caller.May(Rights.Operate), PageEndpoints.Query(visit), Now(visit));
        return PageEndpoints.Page(visit, "Incidents", "/incidents", page);
    }

    private static async Task<IReadOnlyList<(Incident Incident, IReadOnlyList<IncidentEvent> Timeline)>> ListAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var store = new IncidentStore(visit.Keeper.State);
        var found = new List<(Incident, IReadOnlyList<IncidentEvent>)>();
        foreach (var incident in await store.ListAsync(visit.Keeper.Project, Now(visit).AddDays(-30), MostIncidents, cancellationToken))
        {
            found.Add((incident, await store.TimelineAsync(visit.Keeper.Project, incident.Id, cancellationToken)));
        }

        return found;
    }
}
