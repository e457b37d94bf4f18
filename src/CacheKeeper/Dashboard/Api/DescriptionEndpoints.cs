using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary><c>GET /api/openapi.json</c>: the API, described from its own route table.</summary>
internal static class DescriptionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/openapi.json", (EndpointDataSource endpoints) => Results.Text(OpenApiHost.Of(endpoints.Endpoints.OfType<RouteEndpoint>(), VersionCommand.Text).ToJsonString(), "application/json"))
            .RequireAuthorization(Rights.Metrics).WithSummary("This description (OpenAPI 3.1)");
}
