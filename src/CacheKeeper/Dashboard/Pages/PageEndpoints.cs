using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The pages, and the forms on them: the same jobs, leases and ledger as the API and the command line.</summary>
internal static class PageEndpoints
{
    // The overview as it was last written for each who watches: it changes when the view does. Gone with its view.
    private static readonly ConditionalWeakTable<LiveView, ConcurrentDictionary<(string Name, Role Role, string Places), byte[]>> Shown = [];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", OverviewAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/tiers", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Page(visit, "Tiers", "/tiers", TiersPage.Of(await live.ViewAsync(visit.Keeper, cancellationToken)))).RequireAuthorization(Rights.Read);
        routes.MapGet("/health", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Page(visit, "Health", "/health", HealthPage.Of(await live.ViewAsync(visit.Keeper, cancellationToken)))).RequireAuthorization(Rights.Read);
        routes.MapGet("/schedule", ScheduleAsync).RequireAuthorization(Rights.Read);
        routes.MapGet("/runs", async (VisitHost visit, CancellationToken cancellationToken) =>
            Page(visit, "Runs", "/runs", RunsPage.Of(await visit.Keeper.Runs.ListAsync(new RunFilter { Project = visit.Keeper.Project, Limit = 100 }, cancellationToken), visit.Caller.May(Rights.Operate), Query(visit), Now(visit)))).RequireAuthorization(Rights.Read);
        routes.MapGet("/runs/{run}", RunAsync).RequireAuthorization(Rights.Read);
        routes.MapPost("/runs/{run}/undo", UndoAsync).RequireAuthorization(Rights.Operate);
        routes.MapPost("/plans", MakePlanAsync).RequireAuthorization(Rights.Operate);
        routes.MapGet("/plans/{plan}", (VisitHost visit, string plan, CancellationToken cancellationToken) => PlanAsync(visit, plan, null, cancellationToken)).RequireAuthorization(Rights.Read);
        routes.MapPost("/plans/{plan}/apply", ApplyAsync).RequireAuthorization(Rights.Operate);
    }

    private static DateTimeOffset Now(VisitHost visit) => visit.Keeper.Time.GetUtcNow();

    public static string Query(VisitHost visit) => Around(visit, "", "").Query;

    private static Frame Around(VisitHost visit, string title, string path) => new(title, path, visit.Keeper.Project, visit.Projects.Names(visit.Caller), visit.Caller, Now(visit));

    public static IResult Page(VisitHost visit, string title, string path, Html body, int status = StatusCodes.Status200OK) =>
        Results.Text(Around(visit, title, path).Around(body).Markup, "text/html; charset=utf-8", statusCode: status);

    public static IResult Missing(VisitHost visit, string what) =>
        Page(visit, "Not found", "", Html.Of($"<h1>Not found</h1><p>There is no such {what} of {visit.Keeper.Project}.</p>"), StatusCodes.Status404NotFound);

    private static async Task<IResult> OverviewAsync(VisitHost visit, LiveService live, CancellationToken cancellationToken)
    {
        var view = await live.ViewAsync(visit.Keeper, cancellationToken);
        var frame = Around(visit, "Overview", "/") with { Now = view.At };
        var page = Shown.GetOrCreateValue(view).GetOrAdd(
            Watcher(frame), _ => Encoding.UTF8.GetBytes(frame.Around(OverviewPage.Of(view, Due(visit, "cleanup"), Due(visit, "optimization"), frame.Query)).Markup));
        return Results.Bytes(page, "text/html; charset=utf-8");
    }

    // All that a frame shows of whom it is for: two tokens of one name may see different projects.
    private static (string Name, Role Role, string Places) Watcher(Frame frame) => (frame.Caller!.Name, frame.Caller.Role, string.Join('\n', [frame.Project, .. frame.Projects]));

    private static DateTimeOffset? Due(VisitHost visit, string ending) => FixedJobs.All
        .Where(job => job.Name.EndsWith(ending, StringComparison.Ordinal) && JobCatalogHost.IsAvailable(job.Name))
        .Min(job => SchedulePage.Next(job, visit.Keeper.Settings.Scheduling, Now(visit)));

    private static async Task<IResult> ScheduleAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, RunRecord>();
        foreach (var job in FixedJobs.All)
        {
            if (await visit.Keeper.Runs.ListAsync(new RunFilter { Project = visit.Keeper.Project, Job = job.Name, Limit = 1 }, cancellationToken) is [var run])
            {
                last[job.Name] = run;
            }
        }

        return Page(visit, "Schedule", "/schedule", SchedulePage.Of(visit.Keeper.Settings.Scheduling, JobCatalogHost.IsAvailable, last, visit.Caller.May(Rights.Operate), Query(visit), Now(visit)));
    }

    private static async Task<IResult> RunAsync(VisitHost visit, string run, CancellationToken cancellationToken) =>
        await RunEndpoints.FindAsync(visit, run, cancellationToken) is { } record
            ? Page(visit, record.Run, "/runs", RunPage.Of(record, visit.Caller.May(Rights.Operate), Query(visit), Now(visit)))
            : Missing(visit, "run");

    private static async Task<IResult> UndoAsync(VisitHost visit, string run, ChangeService changes, CancellationToken cancellationToken) =>
        await RunEndpoints.FindAsync(visit, run, cancellationToken) is null ? Missing(visit, "run") : ToRun(visit, await changes.UndoAsync(visit, run));

    private static async Task<IResult> MakePlanAsync(VisitHost visit, ChangeService changes, CancellationToken cancellationToken)
    {
        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        var run = await changes.PlanAsync(visit, new PlanBody { Mode = form["mode"].ToString() }.ToRequest(visit.Keeper.Project, null));
        return run?.Plan?["plan"]?.GetValue<string>() is { } plan ? new SeeOther($"/plans/{Uri.EscapeDataString(plan)}{Query(visit)}") : ToRun(visit, run);
    }

    private static async Task<IResult> PlanAsync(VisitHost visit, string id, string? mistake, CancellationToken cancellationToken) =>
        await new PlanStore(visit.Keeper.State).FindAsync(visit.Keeper.Project, id, cancellationToken) is { } plan
            ? Page(visit, "Plan", "/runs", PlanPage.Of(plan, visit.Caller.May(Rights.Operate), mistake, Query(visit), Now(visit)), mistake is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest)
            : Missing(visit, "plan");

    private static async Task<IResult> ApplyAsync(VisitHost visit, string plan, ChangeService changes, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        if (await new PlanStore(visit.Keeper.State).FindAsync(visit.Keeper.Project, plan, cancellationToken) is not { } found)
        {
            return Missing(visit, "plan");
        }

        if (!visit.Caller.IsFresh(Now(visit), policy))
        {
            return new SeeOther("/sign-in?return=" + Uri.EscapeDataString($"/plans/{plan}{Query(visit)}"));
        }

        return form["words"].ToString().Trim() != PlanPage.Words(found)
            ? await PlanAsync(visit, plan, $"Nothing was removed: the words are “{PlanPage.Words(found)}”.", cancellationToken)
            : ToRun(visit, await changes.ApplyAsync(visit, Cli.CleanupStrengthCommand.Request(found.Asked) with { Project = visit.Keeper.Project, Category = found.Category, Plan = plan }));
    }

    /// <summary>On to what came of a change.</summary>
    public static SeeOther ToRun(VisitHost visit, RunRecord? run) => new(run is null ? "/runs" + Query(visit) : $"/runs/{Uri.EscapeDataString(run.Run)}{Query(visit)}");
}
