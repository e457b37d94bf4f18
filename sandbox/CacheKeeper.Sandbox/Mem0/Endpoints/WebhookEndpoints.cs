using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Webhooks are kept and given back; nothing is delivered.</summary>
internal sealed class WebhookEndpoints(Mem0Service service)
{
    private const string Kind = "webhook";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/api/v1/webhooks/projects/{project}/", List);
        routes.On("POST", "/api/v1/webhooks/projects/{project}/", CreateAsync);
        routes.On("PUT", "/api/v1/webhooks/{id}/", UpdateAsync);
        routes.On("DELETE", "/api/v1/webhooks/{id}/", DeleteAsync);
    }

    private object List(HttpContext context)
    {
        var project = RequestPath.Segment(context, 4);
        return service.Store.Documents(Kind).Select(document => document.Body).Where(webhook => webhook.GetProperty("project").GetString() == project);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var id = "wh_" + Guid.NewGuid().ToString("N");
        var now = WireJson.Time(service.Now);
        var webhook = WireJson.Element(new
        {
            webhook_id = id,
            name = body.Text("name") ?? throw RefusalException.Field("name", "This field is required."),
            url = body.Text("url") ?? throw RefusalException.Field("url", "This field is required."),
            event_types = body.Texts("event_types") ?? [],
            owner = PingEndpoints.Email,
            is_active = true,
            project = RequestPath.Segment(context, 4),
            created_at = now,
            updated_at = now,
        });
        await service.Store.ChangeAsync(change => change.PutDocument(Kind, id, webhook), context.RequestAborted);
        return WireJson.Answer(webhook);
    }

    private async Task<IResult> UpdateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var id = RequestPath.Segment(context, 3);
        var old = service.Store.Document(Kind, id) ?? throw Unknown();
        var changed = old.Body.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        foreach (var field in (string[])["name", "url", "event_types", "is_active"])
        {
            changed[field] = body.Value(field) ?? changed[field];
        }

        changed["updated_at"] = WireJson.Element(WireJson.Time(service.Now));
        await service.Store.ChangeAsync(change => change.PutDocument(Kind, id, WireJson.Element(changed)), context.RequestAborted);
        return WireJson.Answer(new { message = "Webhook updated successfully" });
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var id = RequestPath.Segment(context, 3);
        var removed = await service.Store.ChangeAsync(change => change.RemoveDocument(Kind, id), context.RequestAborted);
        return removed ? WireJson.Answer(new { message = "Webhook deleted successfully" }) : throw Unknown();
    }

    private static RefusalException Unknown() => RefusalException.Detail("Webhook not found.", StatusCodes.Status404NotFound);
}
