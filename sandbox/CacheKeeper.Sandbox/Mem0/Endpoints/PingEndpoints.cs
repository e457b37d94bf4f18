namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Who am I: the platform's health answer.</summary>
internal static class PingEndpoints
{
    public const string Organization = "org_sandbox";
    public const string Project = "proj_sandbox";
    public const string Email = "sandbox@localhost";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.On("GET", "/v1/ping/", _ => new { status = "ok", org_id = Organization, project_id = Project, user_email = Email });
}
