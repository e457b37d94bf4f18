using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Who asks about which project: what almost every route takes.</summary>
internal sealed record VisitHost(Caller Caller, KeeperHost Keeper, ProjectList Projects, HttpContext Context)
{
    /// <summary>From the request: <c>?project=</c>, else the caller's first. A project that is not the caller's does not exist for it.</summary>
    public static ValueTask<VisitHost?> BindAsync(HttpContext context)
    {
        var projects = context.RequestServices.GetRequiredService<ProjectList>();
        var caller = Caller.Of(context.User) ?? throw new BadHttpRequestException("Not signed in.", StatusCodes.Status401Unauthorized);
        var keeper = projects.Find(caller, Asked(context.Request)) ?? throw new BadHttpRequestException("There is no such project here.", StatusCodes.Status404NotFound);
        return ValueTask.FromResult<VisitHost?>(new VisitHost(caller, keeper, projects, context));
    }

    /// <summary>The project that a request names; null when it names none.</summary>
    public static string? Asked(HttpRequest request) => request.Query["project"].ToString() is { Length: > 0 } name ? name : null;
}
