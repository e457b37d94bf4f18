using System.Runtime.CompilerServices;
using System.Text.Json;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;

namespace CacheKeeper.Dashboard.Api;

/// <summary>What programs read: metrics, directives, health, tiers.</summary>
internal static class MetricsEndpoints
{
    // Written once while its view stands: they are the same for all who ask.
    private static readonly ConditionalWeakTable<LiveView, byte[]> Written = [];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cache/metrics", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Results.Text(Written.GetValue(await live.ViewAsync(visit.Keeper, cancellationToken), Write), "application/json; charset=utf-8")).RequireAuthorization(Rights.Metrics).WithSummary("Hit ratio (percent), response time (ms), memory efficiency (percent); null when unknown");
        routes.MapGet("/api/cache/directives", DirectivesAsync).RequireAuthorization(Rights.Metrics).WithSummary("What readers of the cache are to do; ETag is the version");
        routes.MapGet("/api/health", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Json((await live.ViewAsync(visit.Keeper, cancellationToken)).Health)).RequireAuthorization(Rights.Metrics).WithSummary("The health report");
        routes.MapGet("/api/tiers", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Json((await live.ViewAsync(visit.Keeper, cancellationToken)).Tiers)).RequireAuthorization(Rights.Read).WithSummary("The latest look at each tier");
        routes.MapGet("/api/projects", (VisitHost visit) => Json(visit.Projects.Names(visit.Caller))).RequireAuthorization(Rights.Metrics).WithSummary("Projects that this caller may see");
    }

    public static IResult Json(object value, int? status = null) => Results.Json(value, ApiJson.Answers, statusCode: status);

    private static byte[] Write(LiveView view) => JsonSerializer.SerializeToUtf8Bytes(LiveMetrics.Of(view), ApiJson.Answers);

    private static async Task<IResult> DirectivesAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var document = await visit.Keeper.Directives.ReadAsync(cancellationToken);
        var tag = $"\"{document.Version}-{document.WrittenAt.ToUnixTimeMilliseconds()}\"";
        visit.Context.Response.Headers.ETag = tag;
        return visit.Context.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text(document.ToJson(), "application/json");
    }
}
