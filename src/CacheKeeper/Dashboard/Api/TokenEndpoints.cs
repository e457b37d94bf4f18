using System.Text.Json;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Tokens: handed out, listed, revoked by administrators.</summary>
internal static class TokenEndpoints
{
    private const int LongestName = 80;
    private static readonly TimeSpan Usual = TimeSpan.FromDays(90);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/tokens", async (AccessStore access, CancellationToken cancellationToken) => MetricsEndpoints.Json(await access.ListAsync(cancellationToken)))
            .RequireAuthorization(Rights.Administer).WithSummary("Tokens, without their texts");
        routes.MapPost("/api/tokens", CreateAsync).RequireAuthorization(Rights.Administer).WithSummary("Makes a token; its text is shown this once");
        routes.MapDelete("/api/tokens/{id}", RevokeAsync).RequireAuthorization(Rights.Administer).WithSummary("Ends a token and its sessions");
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext context, AccessStore access, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Caller.Of(context.User) is not { Projects: null } || !await access.RevokeAsync(id, time.GetUtcNow(), cancellationToken))
        {
            return Results.Problem("There is no such token to revoke.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
        }

        await audit.NoteAsync(context, new AuditEntryDraft("token-revoke", id, "done"));
        return Results.NoContent();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, AccessStore access, AccessPolicy policy, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context.User)!;
        var body = await JsonSerializer.DeserializeAsync<TokenBody>(context.Request.Body, ApiJson.Requests, cancellationToken) ?? throw new JsonException();
        if (body.Name is not { Length: > 0 and <= LongestName } name || body.Days is <= 0 or > 3650 || !caller.IsFresh(time.GetUtcNow(), policy))
        {
            throw KeeperException.Usage("The token was not made.", $"It needs a name of at most {LongestName} characters, a role, 1 to 3650 days, and a recent sign-in.");
        }

        // An administrator of some projects hands out those at most.
        if (caller.Projects is { } own && (body.Projects ?? []) is var wanted && (wanted.Count == 0 || wanted.Except(own).Any()))
        {
            throw KeeperException.Usage("The token was not made.", "Name projects that are yours.");
        }

        var now = time.GetUtcNow();
        await audit.RequireAsync(context, new AuditEntryDraft("token-create", name, "begun", Detail: $"{body.Role} of {(body.Projects is { } named ? string.Join(", ", named) : "every project")}"), cancellationToken);
        var (token, text) = await access.CreateAsync(name, body.Role, body.Projects, now, now + (body.Days is { } days ? TimeSpan.FromDays(days) : Usual), setup: false, cancellationToken);
        await audit.NoteAsync(context, new AuditEntryDraft("token-create", token.Id, "done", Detail: name));
        return MetricsEndpoints.Json(new { token.Id, token.Name, token.Role, token.Projects, token.ExpiresAt, Token = text }, StatusCodes.Status201Created);
    }
}

/// <summary>What <c>POST /api/tokens</c> takes; without days it lasts 90.</summary>
internal sealed record TokenBody(string? Name, Role Role, IReadOnlyList<string>? Projects, int? Days);
