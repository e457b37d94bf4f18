using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Pages;

namespace CacheKeeper.Dashboard.Api;

/// <summary>One's own sessions, as a page and as documents: listed, one ended, all ended. Whoever shows a token sees those that began with it.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions", async (VisitHost visit, SessionStore sessions, AccessPolicy policy, CancellationToken cancellationToken) =>
            MetricsEndpoints.Json((await OwnAsync(visit, sessions, policy, cancellationToken)).Select(session => View(session, visit.Caller))))
            .RequireAuthorization(Rights.Read).WithSummary("The caller's own sessions, the newest first");
        routes.MapDelete("/api/sessions", async (VisitHost visit, SessionStore sessions, AccessAuditService audit, CancellationToken cancellationToken) =>
            MetricsEndpoints.Json(new { ended = await EndAllAsync(new Desk(visit, sessions, audit), visit.Context.Request.Query["keep_current"] == "true", cancellationToken) }))
            .RequireAuthorization(Rights.Read).WithSummary("Ends all of the caller's sessions; with ?keep_current=true not the one that asks");
        routes.MapDelete("/api/sessions/{id}", async (VisitHost visit, string id, SessionStore sessions, AccessAuditService audit, CancellationToken cancellationToken) =>
            await EndAsync(new Desk(visit, sessions, audit), id, cancellationToken)
                ? Results.NoContent()
                : Results.Problem("There is no such session of yours.", statusCode: StatusCodes.Status404NotFound, title: "Not found"))
            .RequireAuthorization(Rights.Read).WithSummary("Ends one of the caller's sessions");
        routes.MapGet("/sessions", async (VisitHost visit, SessionStore sessions, AccessPolicy policy, CancellationToken cancellationToken) =>
            PageEndpoints.Page(visit, "Sessions", "/sessions", SessionsPage.Of(await OwnAsync(visit, sessions, policy, cancellationToken), visit.Caller.Session, PageEndpoints.Query(visit), visit.Keeper.Time.GetUtcNow())))
            .RequireAuthorization(Rights.Read);
        routes.MapPost("/sessions/{id}/end", async (VisitHost visit, string id, SessionStore sessions, AccessAuditService audit, CancellationToken cancellationToken) =>
            await EndAsync(new Desk(visit, sessions, audit), id, cancellationToken) ? new SeeOther("/sessions" + PageEndpoints.Query(visit)) : PageEndpoints.Missing(visit, "session of yours"))
            .RequireAuthorization(Rights.Read);
        routes.MapPost("/sessions/end", async (VisitHost visit, SessionStore sessions, AccessAuditService audit, CancellationToken cancellationToken) =>
        {
            await EndAllAsync(new Desk(visit, sessions, audit), keepCurrent: false, cancellationToken);
            return new SeeOther("/sign-in");
        }).RequireAuthorization(Rights.Read);
    }

    private static Task<IReadOnlyList<SessionRecord>> OwnAsync(VisitHost visit, SessionStore sessions, AccessPolicy policy, CancellationToken cancellationToken) =>
        sessions.ListAsync(visit.Caller.Token, visit.Keeper.Time.GetUtcNow(), policy, cancellationToken);

    private static object View(SessionRecord session, Caller caller) => new
    {
        session.Id,
        session.Name,
        session.CreatedAt,
        session.SeenAt,
        session.EndsAt,
        session.Address,
        session.Agent,
        Current = session.Id == caller.Session,
    };

    private static async Task<bool> EndAsync(Desk desk, string id, CancellationToken cancellationToken)
    {
        var ended = await desk.Sessions.EndAsync(id, desk.Visit.Caller.Token, cancellationToken);
        if (ended)
        {
            await desk.Audit.NoteAsync(desk.Visit.Context, new AuditEntryDraft("session-end", id, "done"));
        }

        return ended;
    }

    private static async Task<int> EndAllAsync(Desk desk, bool keepCurrent, CancellationToken cancellationToken)
    {
        var ended = await desk.Sessions.EndAllAsync(desk.Visit.Caller.Token, keepCurrent ? desk.Visit.Caller.Session : null, cancellationToken);
        await desk.Audit.NoteAsync(desk.Visit.Context, new AuditEntryDraft("session-end", keepCurrent ? "all others" : "all", "done", Detail: $"{ended} ended."));
        return ended;
    }

    private sealed record Desk(VisitHost Visit, SessionStore Sessions, AccessAuditService Audit);
}
