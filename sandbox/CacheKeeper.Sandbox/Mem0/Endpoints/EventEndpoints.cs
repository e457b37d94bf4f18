using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>What became of accepted work. Mind the singular in the path of one.</summary>
internal sealed class EventEndpoints(Mem0Service service)
{
    public const string Columns =
        "SELECT id, event_type, status, payload, results, created_at, updated_at, started_at, completed_at, error FROM events";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/v1/event/{id}/", One);
        routes.On("GET", "/v1/events/", All);
    }

    private object One(HttpContext context)
    {
        var id = RequestPath.Segment(context, 2);
        var found = service.Store.Read(session => session.Query(Columns + " WHERE id = $id", Mem0Tables.ReadEvent, ("$id", id))).FirstOrDefault();
        return found is not null ? Write(found) : throw RefusalException.Error("Event not found.", StatusCodes.Status404NotFound);
    }

    private object All(HttpContext context)
    {
        var page = PageRequest.Read(context, null, Mem0Service.Limits.ListPageDefault, Mem0Service.Limits.ListPage);
        var count = service.Store.Read(session => session.Scalar("SELECT count(*) FROM events"));
        var events = service.Store.Read(session => session.Query(
            Columns + " ORDER BY sequence DESC LIMIT $size OFFSET $skip", Mem0Tables.ReadEvent, ("$size", page.Size), ("$skip", page.Skipped)));
        return page.Envelope(context, count, events.Select(Write));
    }

    private static object Write(Mem0Event item) => new OrderedDictionary<string, object?>
    {
        ["id"] = item.Id,
        ["event_type"] = item.Type,
        ["status"] = item.Status,
        ["payload"] = item.Payload,
        ["metadata"] = null,
        ["results"] = item.Results,
        ["created_at"] = WireJson.Time(item.CreatedAt),
        ["updated_at"] = WireJson.Time(item.UpdatedAt),
        ["started_at"] = WireJson.Time(item.StartedAt),
        ["completed_at"] = WireJson.Time(item.CompletedAt),
        ["latency"] = (item.CompletedAt - item.StartedAt)?.TotalMilliseconds,
        ["graph_status"] = null,
        ["error"] = item.Error,
    };
}
