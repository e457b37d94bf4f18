using CacheKeeper.Client;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Dashboard.Api;

/// <summary>What programs read: metrics, directives, health, tiers.</summary>
internal static class MetricsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/cache/metrics", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Json(LiveMetrics.Of(await live.ViewAsync(visit.Keeper, cancellationToken)))).RequireAuthorization(Rights.Metrics).WithSummary("Hit ratio (percent), response time (ms), memory efficiency (percent); null when unknown");
        routes.MapGet("/api/cache/directives", DirectivesAsync).RequireAuthorization(Rights.Metrics).WithSummary("What readers of the cache are to do; ETag is the version");
        routes.MapGet("/api/health", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Json((await live.ViewAsync(visit.Keeper, cancellationToken)).Health)).RequireAuthorization(Rights.Metrics).WithSummary("The health report");
        routes.MapGet("/api/tiers", async (VisitHost visit, LiveService live, CancellationToken cancellationToken) =>
            Json((await live.ViewAsync(visit.Keeper, cancellationToken)).Tiers)).RequireAuthorization(Rights.Read).WithSummary("The latest look at each tier");
        routes.MapGet("/api/projects", (VisitHost visit) => Json(visit.Projects.Names(visit.Caller))).RequireAuthorization(Rights.Metrics).WithSummary("Projects that this caller may see");
    }

    public static IResult Json(object value, int? status = null) => Results.Json(value, ApiJson.Answers, statusCode: status);

    private static async Task<IResult> DirectivesAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var document = await ReadDirectivesAsync(visit.Keeper, cancellationToken);
        var tag = $"\"{document.Version}-{document.WrittenAt.ToUnixTimeMilliseconds()}\"";
        visit.Context.Response.Headers.ETag = tag;
        return visit.Context.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text(document.ToJson(), "application/json");
    }

    // Without a table, or without PostgreSQL, nothing has been asked of the readers.
    private static async Task<DirectivesDocument> ReadDirectivesAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        if (keeper.Tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres)
        {
            return DirectivesDocument.Empty(keeper.Project);
        }

        var text = await postgres.RunAsync("read directives", async (connection, _) => await ReadRowAsync(connection, keeper.Project, cancellationToken), cancellationToken);
        return text is null ? DirectivesDocument.Empty(keeper.Project) : DirectivesDocument.FromJson(text) ?? DirectivesDocument.Empty(keeper.Project);
    }

    private static async Task<string?> ReadRowAsync(NpgsqlConnection connection, string project, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('cache_directives'), 'SELECT')", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return null;
            }
        }

        await using var command = new NpgsqlCommand("SELECT document::text FROM cache_directives WHERE project_name = @project", connection);
        command.Parameters.AddWithValue("project", project);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
