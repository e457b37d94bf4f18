using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Plans: made by a dry run, looked at, applied once.</summary>
internal static class PlanEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/plans", CreateAsync).RequireAuthorization(Rights.Operate).WithSummary("A dry run: makes a plan and removes nothing");
        routes.MapGet("/api/plans/{plan}", async (VisitHost visit, string plan, CancellationToken cancellationToken) =>
            await new PlanStore(visit.Keeper.State).FindAsync(visit.Keeper.Project, plan, cancellationToken) is { } found ? MetricsEndpoints.Json(found) : NoSuchPlan()).RequireAuthorization(Rights.Read).WithSummary("One plan");
        routes.MapPost("/api/plans/{plan}/apply", ApplyAsync).RequireAuthorization(Rights.Operate).WithSummary("Applies a plan, once; 409 when a guard refuses or another run holds the lease");
    }

    private static async Task<IResult> CreateAsync(VisitHost visit, ChangeService changes, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(visit.Context.Request, cancellationToken);
        var run = await changes.PlanAsync(visit, body.ToRequest(visit.Keeper.Project, null));
        if (run?.Plan?["plan"]?.GetValue<string>() is not { } plan)
        {
            return RunEndpoints.Answer(run);
        }

        visit.Context.Response.Headers.Location = $"/api/plans/{plan}?project={Uri.EscapeDataString(visit.Keeper.Project)}";
        return Results.Json(RunOutputHost.ToJson(run), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ApplyAsync(VisitHost visit, string plan, ChangeService changes, AccessPolicy policy, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!visit.Caller.IsFresh(time.GetUtcNow(), policy))
        {
            return Results.Problem("Sign in again before removing something.", statusCode: StatusCodes.Status403Forbidden, title: "Sign-in too old");
        }

        if (await new PlanStore(visit.Keeper.State).FindAsync(visit.Keeper.Project, plan, cancellationToken) is null)
        {
            return NoSuchPlan();
        }

        var body = await ReadAsync(visit.Context.Request, cancellationToken);
        return RunEndpoints.Answer(await changes.ApplyAsync(visit, body.ToRequest(visit.Keeper.Project, plan)));
    }

    private static IResult NoSuchPlan() => Results.Problem("There is no such plan of this project.", statusCode: StatusCodes.Status404NotFound, title: "Not found");

    // No body means: as the policy has it.
    private static async Task<PlanBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return string.IsNullOrWhiteSpace(text) ? new PlanBody() : JsonSerializer.Deserialize<PlanBody>(text, ApiJson.Requests) ?? throw new JsonException();
    }
}
