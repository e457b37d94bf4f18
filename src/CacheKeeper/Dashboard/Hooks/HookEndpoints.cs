using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Hooks;

/// <summary>Signed messages that start a job. The signature is the only credential; a message counts once, and starts nothing that its sender's list does not name.</summary>
internal static class HookEndpoints
{
    private static readonly InboundPolicy Policy = new();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/hooks/{hook}", AnswerAsync).AllowAnonymous()
        .WithSummary("A signed message (Standard Webhooks) that starts a job: {\"job\":\"light-cleanup\"}; needs no token");

    private static async Task<IResult> AnswerAsync(HttpContext context, string hook, ProjectList projects, HookRateService rate, ChangeService changes, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken)
    {
        // Whether a name is known is not told: an unknown one is answered as a wrong signature is.
        var (keeper, settings) = projects.All.Select(one => (one, one.Settings.Web.Hooks.FirstOrDefault(known => known.Name == hook))).FirstOrDefault(pair => pair.Item2 is not null);
        if (settings is null)
        {
            return Refused();
        }

        if (!rate.MayBeHeard(settings))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Problem("Too many messages in this minute.", statusCode: StatusCodes.Status429TooManyRequests, title: "Later");
        }

        var message = await ReadAsync(context.Request, cancellationToken);
        var secrets = new[] { settings.Secret, settings.PreviousSecret }.Select(SecretStore.Resolve).OfType<string>().ToList();
        var store = new WebhookStore(keeper.State, Policy);
        var verdict = await store.AcceptAsync(hook, message, secrets, time.GetUtcNow(), cancellationToken);
        if (verdict != WebhookVerdict.Genuine)
        {
            await audit.NoteAsync(context, new AuditEntryDraft("webhook", hook, "refused", Project: keeper.Project, Detail: verdict.ToString()));
            return Answer(verdict);
        }

        await store.ForgetAsync(time.GetUtcNow(), cancellationToken);
        return await StartAsync(new VisitHost(Sender(context, settings, keeper), keeper, projects, context), settings, message.Body, changes);
    }

    private static async Task<IResult> StartAsync(VisitHost visit, HookSettings settings, byte[] body, ChangeService changes)
    {
        if (JsonNode.Parse(body) is not JsonObject document || document["job"]?.ToString() is not { } job)
        {
            throw new JsonException();
        }

        return settings.Jobs.Contains(job)
            ? RunEndpoints.Answer(await changes.RunAsync(visit, JobCatalogHost.Create(job, visit.Keeper), dryRun: false))
            : Results.Problem($"This sender may not start '{job}'.", statusCode: StatusCodes.Status403Forbidden, title: "Not allowed");
    }

    // The sender is the caller of the run, so that ledger and audit log name it.
    private static Caller Sender(HttpContext context, HookSettings settings, KeeperHost keeper)
    {
        var caller = new Caller("webhook " + settings.Name, Role.Operator, [keeper.Project], "", null);
        context.User = caller.ToPrincipal("webhook");
        return caller;
    }

    private static async Task<InboundWebhook> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return new InboundWebhook(One(request, StandardWebhooks.IdHeader), One(request, StandardWebhooks.TimestampHeader), One(request, StandardWebhooks.SignatureHeader), body.ToArray());
    }

    private static string? One(HttpRequest request, string header) => request.Headers[header] is [{ Length: > 0 } value] ? value : null;

    private static IResult Answer(WebhookVerdict verdict) => verdict switch
    {
        // Told as done, so that the sender stops repeating it.
        WebhookVerdict.Replayed => Results.Json(new { replayed = true }),
        WebhookVerdict.TooLarge => Results.Problem("At most 64 KB.", statusCode: StatusCodes.Status413PayloadTooLarge, title: "Too large"),
        WebhookVerdict.Malformed => Results.Problem("webhook-id, webhook-timestamp and webhook-signature are needed, each once.", statusCode: StatusCodes.Status400BadRequest, title: "Bad request"),
        _ => Refused(),
    };

    private static IResult Refused() => Results.Problem("The signature is not that of a known sender, or its time is too far from ours.", statusCode: StatusCodes.Status401Unauthorized, title: "Not signed");
}
