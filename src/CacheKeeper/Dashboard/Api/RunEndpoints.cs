using System.Text.Json.Nodes;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Api;

/// <summary>The ledger, and taking a run back.</summary>
internal static class RunEndpoints
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/runs", ListAsync).RequireAuthorization(Rights.Read).WithSummary("Runs, newest first; ?job= ?outcome= ?limit= ?before= (next page)");
        routes.MapGet("/api/runs/{run}", async (VisitHost visit, string run, CancellationToken cancellationToken) =>
            await FindAsync(visit, run, cancellationToken) is { } record ? Results.Json(RunOutputHost.ToJson(record)) : NoSuchRun()).RequireAuthorization(Rights.Read).WithSummary("One run: plan, counts, expected and actual");
        routes.MapPost("/api/runs/{run}/undo", UndoAsync).RequireAuthorization(Rights.Operate).WithSummary("Brings back what a run removed; a second call does nothing");
    }

    /// <summary>A run of the visited project; another project's run does not exist here.</summary>
    public static async Task<RunRecord?> FindAsync(VisitHost visit, string run, CancellationToken cancellationToken) =>
        await visit.Keeper.Runs.FindAsync(run, cancellationToken) is { } record && record.Project == visit.Keeper.Project ? record : null;

    /// <summary>How a change is answered: done with its run, refused or busy as a conflict, still going on as accepted.</summary>
    public static IResult Answer(RunRecord? run) => run switch
    {
        null => Results.Json(new JsonObject { ["outcome"] = null, ["reason"] = "It still goes on; the list of runs shows it." }, statusCode: StatusCodes.Status202Accepted),
        { Outcome: RunOutcome.Refused } => Results.Json(RunOutputHost.ToJson(run), statusCode: StatusCodes.Status409Conflict),
        { Outcome: RunOutcome.Failed } => Results.Json(RunOutputHost.ToJson(run), statusCode: StatusCodes.Status502BadGateway),
        _ => Results.Json(RunOutputHost.ToJson(run)),
    };

    private static IResult NoSuchRun() => Results.Problem("There is no such run of this project.", statusCode: StatusCodes.Status404NotFound, title: "Not found");

    private static async Task<IResult> ListAsync(VisitHost visit, string? job, string? outcome, int? limit, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        RunOutcome? wanted = outcome is null ? null
            : Enum.TryParse<RunOutcome>(outcome.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var parsed) && !int.TryParse(outcome, out _) ? parsed
            : throw KeeperException.Usage($"There is no outcome '{outcome}'.", "Outcomes: done, nothing_to_do, degraded, refused, failed, interrupted, dry_run, skipped.");
        var size = Math.Clamp(limit ?? 50, 1, LargestPage);
        var runs = await visit.Keeper.Runs.ListAsync(new RunFilter { Project = visit.Keeper.Project, Job = job, Outcome = wanted, Until = before, Limit = size }, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["runs"] = new JsonArray([.. runs.Select(run => Summary(run))]),
            ["next"] = runs.Count == size ? $"{runs[^1].StartedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}" : null,
        });
    }

    // The list leaves the plan out: it may be long, and /api/runs/{run} has it.
    private static JsonObject Summary(RunRecord run)
    {
        var document = RunOutputHost.ToJson(run);
        document.Remove("plan");
        return document;
    }

    private static async Task<IResult> UndoAsync(VisitHost visit, string run, ChangeService changes, CancellationToken cancellationToken) =>
        await FindAsync(visit, run, cancellationToken) is null ? NoSuchRun() : Answer(await changes.UndoAsync(visit, run));
}
