using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Users, agents, apps and runs: list, read, create, delete with all their memories.</summary>
internal sealed class EntityEndpoints(Mem0Service service)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/v1/entities/", List);
        routes.On("GET", "/v1/entities/filters/", Filters);
        routes.On("DELETE", "/v1/entities/{type}/{id}/", DeleteByNumberAsync);
        routes.On("GET", "/v2/entities/{type}/{name}/", One);
        routes.On("DELETE", "/v2/entities/{type}/{name}/", DeleteAsync);
        foreach (var type in EntityTypes.All)
        {
            routes.On("POST", $"/v1/{type.Word()}s/", context => CreateAsync(context, type));
        }
    }

    private object List(HttpContext context)
    {
        var entities = service.Store.Entities.All;
        var totals = Totals();
        var page = PageRequest.Read(context, null, Mem0Service.Limits.EntityPage, Mem0Service.Limits.EntityPage);
        var envelope = page.Envelope(context, entities, entity => Write(entity, totals.GetValueOrDefault((entity.Type, entity.Name))));
        foreach (var type in EntityTypes.All)
        {
            envelope[$"total_{type.Word()}s"] = entities.Count(entity => entity.Type == type);
        }

        return envelope;
    }

    private object Filters(HttpContext context) => EntityTypes.All.ToDictionary(
        type => type.Word() + "s", type => service.Store.Entities.All.Where(entity => entity.Type == type).Select(entity => entity.Name));

    private object One(HttpContext context)
    {
        var entity = Find(context);
        return Write(entity, Totals().GetValueOrDefault((entity.Type, entity.Name)));
    }

    private async Task<IResult> CreateAsync(HttpContext context, EntityType type)
    {
        var body = await RequestBody.ReadAsync(context);
        var name = body.Text(type.Field()) ?? body.Text("name");
        if (string.IsNullOrEmpty(name))
        {
            throw RefusalException.Field(type.Field(), "This field is required.");
        }

        var entity = await service.Store.ChangeAsync(change => change.AddEntity(type, name, body.Map("metadata")), context.RequestAborted);
        return WireJson.Answer(Write(entity, 0), StatusCodes.Status201Created);
    }

    private Task<IResult> DeleteAsync(HttpContext context) => DeleteAsync(Find(context), context.RequestAborted);

    private Task<IResult> DeleteByNumberAsync(HttpContext context)
    {
        var type = TypeIn(context);
        var number = RequestPath.Segment(context, 3);
        var entity = service.Store.Entities.All.FirstOrDefault(entity => entity.Type == type && $"{entity.Id}" == number);
        return DeleteAsync(entity ?? throw Unknown(), context.RequestAborted);
    }

    private async Task<IResult> DeleteAsync(Mem0Entity entity, CancellationToken cancellationToken)
    {
        var accepted = await service.Events.AcceptAsync(Mem0EventWork.DeleteUser, new { type = entity.Type.Word(), name = entity.Name }, cancellationToken);
        return WireJson.Answer(new { message = "Entity deletion in progress. This may take some time.", event_id = accepted.Id });
    }

    private Mem0Entity Find(HttpContext context) => service.Store.Entities.Find(TypeIn(context), RequestPath.Segment(context, 3)) ?? throw Unknown();

    private static EntityType TypeIn(HttpContext context) => EntityTypes.OfWord(RequestPath.Segment(context, 2))
        ?? throw new RefusalException(StatusCodes.Status400BadRequest, new { message = "Invalid entity type. Use user, agent, app or run." });

    private static RefusalException Unknown() => RefusalException.Error("Entity not found.", StatusCodes.Status404NotFound);

    private Dictionary<(EntityType, string), int> Totals() => service.Store.Memories.All
        .SelectMany(memory => EntityTypes.All.Where(type => memory.Scope[type] is not null), (memory, type) => (type, memory.Scope[type]!))
        .CountBy(key => key).ToDictionary();

    private static object Write(Mem0Entity entity, int memories) => new OrderedDictionary<string, object?>
    {
        ["id"] = entity.Id,
        ["name"] = entity.Name,
        ["type"] = entity.Type.Word(),
        ["owner"] = PingEndpoints.Email,
        ["metadata"] = entity.Metadata,
        ["total_memories"] = memories,
        ["created_at"] = WireJson.Time(entity.CreatedAt),
        ["updated_at"] = WireJson.Time(entity.UpdatedAt),
    };
}
