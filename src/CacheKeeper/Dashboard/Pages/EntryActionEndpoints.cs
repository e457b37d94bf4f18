using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What is done with a single entry: pinned, let go, or planned away by the same plan as everything else.</summary>
internal static class EntryActionEndpoints
{
    private const int LongestKey = 2000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/entries/pin", (VisitHost visit, AccessAuditService audit, CancellationToken cancellationToken) => PinAsync(visit, audit, pin: true, cancellationToken)).RequireAuthorization(Rights.Operate);
        routes.MapPost("/entries/unpin", (VisitHost visit, AccessAuditService audit, CancellationToken cancellationToken) => PinAsync(visit, audit, pin: false, cancellationToken)).RequireAuthorization(Rights.Operate);
        routes.MapPost("/entries/removal", PlanAsync).RequireAuthorization(Rights.Operate);
    }

    private static async Task<IResult> PinAsync(VisitHost visit, AccessAuditService audit, bool pin, CancellationToken cancellationToken)
    {
        var form = await visit.Context.Request.ReadFormAsync(cancellationToken);
        var (key, now, pins) = (Key(form), visit.Keeper.Time.GetUtcNow(), new PinStore(visit.Keeper.Notes, visit.Keeper.Project));
        await audit.RequireAsync(visit.Context, new AuditEntryDraft(pin ? "pin" : "unpin", key, "done", Project: visit.Keeper.Project), cancellationToken);
        await (pin ? pins.PinAsync(new Pin(key, visit.Caller.Name, now), cancellationToken) : pins.UnpinAsync(key, now, cancellationToken));
        var query = PageEndpoints.Query(visit);
        return new SeeOther($"/entries/{Uri.EscapeDataString(form["tier"].ToString())}{(query.Length > 0 ? query + "&" : "?")}id={Uri.EscapeDataString(key)}&version={Uri.EscapeDataString(form["version"].ToString())}");
    }

    private static async Task<IResult> PlanAsync(VisitHost visit, ChangeService changes, CancellationToken cancellationToken)
    {
        var key = Key(await visit.Context.Request.ReadFormAsync(cancellationToken));
        var run = await changes.PlanAsync(visit, CleanupStrengthCommand.Request(CleanupMode.Entry) with { Project = visit.Keeper.Project, Key = key });
        return run?.Plan?["plan"]?.GetValue<string>() is { } plan ? new SeeOther($"/plans/{Uri.EscapeDataString(plan)}{PageEndpoints.Query(visit)}") : PageEndpoints.ToRun(visit, run);
    }

    private static string Key(IFormCollection form) => form["key"].ToString() is { Length: > 0 and <= LongestKey } key ? key : throw KeeperException.Usage("Which entry?", "The form carries its key.");
}
