using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Writes who signed in, and what was done through the page and the API besides runs, into the audit log.</summary>
internal sealed class AccessAuditService(AuditStore audit, TimeProvider time, ILogger<AccessAuditService> log)
{
    /// <summary>Who a request comes from, as the log names it.</summary>
    public static Actor ActorOf(HttpContext context)
    {
        var caller = Caller.Of(context.User);
        return new Actor(
            caller is null ? "nobody" : caller.Token.Length > 0 ? $"{caller.Name} ({caller.Token})" : caller.Name,
            $"{(context.Request.Path.StartsWithSegments("/api") ? "API" : "page")}, {CallerService.Address(context)}");
    }

    /// <summary>Before a change that must not go unseen.</summary>
    /// <exception cref="KeeperException">The log cannot be written, so the change must not be made.</exception>
    public Task RequireAsync(HttpContext context, AuditEntryDraft draft, CancellationToken cancellationToken) => audit.AppendAsync(Entry(context, draft), cancellationToken);

    /// <summary>After something that is no harm in itself: a log that cannot be written is told in the keeper's own log.</summary>
    public async Task NoteAsync(HttpContext context, AuditEntryDraft draft)
    {
        try
        {
            await audit.AppendAsync(Entry(context, draft), CancellationToken.None);
        }
        catch (KeeperException e)
        {
            log.LogError(e, "{Action} {Object} is not in the audit log", draft.Action, draft.Object);
        }
    }

    private AuditEntry Entry(HttpContext context, AuditEntryDraft draft) =>
        new(time.GetUtcNow(), draft.Actor ?? ActorOf(context), draft.Action, draft.Object, draft.Result) { Project = draft.Project, Detail = draft.Detail };
}

/// <summary>What was done to what, for the audit log.</summary>
/// <param name="Actor">Who, when the request does not say it yet (a sign-in).</param>
internal sealed record AuditEntryDraft(string Action, string Object, string Result, Actor? Actor = null, string? Project = null, string Detail = "");
