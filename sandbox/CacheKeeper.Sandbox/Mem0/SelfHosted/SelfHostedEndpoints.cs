using CacheKeeper.Sandbox.Mem0.Endpoints;
using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Search;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.SelfHosted;

/// <summary>Memories, search and entities of the open-source server.</summary>
internal sealed class SelfHostedEndpoints(Mem0Service service)
{
    // Apps are unknown here.
    private static readonly EntityType[] Types = [EntityType.User, EntityType.Agent, EntityType.Run];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("POST", "/memories", AddAsync);
        routes.On("GET", "/memories", List);
        routes.On("DELETE", "/memories", DeleteAllAsync);
        routes.On("GET", "/memories/{id}", Read);
        routes.On("PUT", "/memories/{id}", UpdateAsync);
        routes.On("DELETE", "/memories/{id}", DeleteAsync);
        routes.On("GET", "/memories/{id}/history", History);
        routes.On("POST", "/search", SearchAsync);
        routes.On("POST", "/reset", ResetAsync);
        routes.On("GET", "/entities", Entities);
        routes.On("DELETE", "/entities/{type}/{name}", DeleteEntityAsync);
    }

    private async Task<IResult> AddAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        NewMemories.Read(body, service.Now);
        var added = await service.Store.ChangeAsync(
            change =>
            {
                var asked = NewMemories.Read(body, change.Now);
                return body.Flag("infer", otherwise: true) ? MemoryAdding.Infer(change, asked) : MemoryAdding.Import(change, asked, leaveOutSame: false);
            },
            context.RequestAborted);
        return WireJson.Answer(new { results = added.Select(memory => new { id = memory.Id, memory = memory.Text, @event = "ADD" }) });
    }

    // No paging. Without an id: everything, bare, expired ones included.
    private object List(HttpContext context)
    {
        var ids = Ids(context);
        var memories = service.Store.Memories.NewestFirst.Where(memory => ids.All(pair => memory.Scope[pair.Key] == pair.Value));
        if (ids.Count == 0)
        {
            return memories.Take(Mem0Service.Limits.TopK).Select(SelfHostedForm.Write);
        }

        var topK = TopK(RequestPath.Whole(context, "top_k"));
        var expired = RequestPath.Query(context, "show_expired") is "true" or "True" or "1";
        return new { results = memories.Where(memory => expired || !memory.IsExpired(service.Now)).Take(topK).Select(SelfHostedForm.Write) };
    }

    private object? Read(HttpContext context) =>
        Guid.TryParseExact(RequestPath.Segment(context, 1), "D", out var id) && service.Store.Memories.Find(id) is { } memory ? SelfHostedForm.Write(memory) : null;

    private async Task<IResult> UpdateAsync(HttpContext context)
    {
        var id = MemoryId(context);
        var body = await RequestBody.ReadAsync(context);
        await service.Store.ChangeAsync(
            change =>
            {
                var old = change.Memories.Find(id) ?? throw Unknown();
                change.Update(old, MemoryEndpoints.Changed(old, body, change.Now, service.Settings.MergeMetadataOnUpdate));
            },
            context.RequestAborted);
        return WireJson.Answer(new { message = "Memory updated successfully!" });
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var id = MemoryId(context);
        await service.Store.ChangeAsync(change => change.Remove(change.Memories.Find(id) ?? throw Unknown()), context.RequestAborted);
        return WireJson.Answer(new { message = "Memory deleted successfully" });
    }

    private object History(HttpContext context) => MemoryEndpoints.HistoryOf(service.Store, MemoryId(context)).Select(SelfHostedForm.Write);

    private async Task<IResult> DeleteAllAsync(HttpContext context)
    {
        var ids = Ids(context);
        if (ids.Count == 0)
        {
            throw RefusalException.Detail("At least one identifier is required.", StatusCodes.Status400BadRequest);
        }

        await service.Store.ChangeAsync(
            change => Array.ForEach([.. change.Memories.All.Where(memory => ids.All(pair => memory.Scope[pair.Key] == pair.Value))], change.Remove), context.RequestAborted);
        return WireJson.Answer(new { message = "All relevant memories deleted" });
    }

    private async Task<IResult> SearchAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var query = body.Text("query") ?? throw RefusalException.Field("query", "Field required");
        var scope = body.Scope();
        var filter = body.Map("filters") is { } filters && filters.EnumerateObject().Any() ? SelfHostedFilter.Parse(filters) : new(_ => true);
        if (!filter.NamesEntity && scope.IsEmpty)
        {
            throw RefusalException.Detail("filters must contain at least one of: user_id, agent_id, run_id.", StatusCodes.Status400BadRequest);
        }

        var inScope = new MemoryFilter(memory => EntityTypes.All.All(type => scope[type] is not { } id || memory.Scope[type] == id));
        var memories = MemoryQuery.Read(body, MemoryFilter.All([inScope, filter]), service.Now).In(service.Store.Memories);
        var threshold = body.Number("threshold") ?? Mem0Service.Limits.Threshold;
        var found = MemorySearch.Rank(query, memories, service.Store.Memories.Words, TopK(body.Whole("top_k")), threshold);
        return WireJson.Answer(new { results = found.Select(memory => SelfHostedForm.Write(memory, body.Flag("explain"))) });
    }

    private async Task<IResult> ResetAsync(HttpContext context)
    {
        await service.Store.ChangeAsync(change => change.RemoveEverything(), context.RequestAborted);
        return WireJson.Answer(new { message = "All memories reset" });
    }

    private object Entities(HttpContext context) => service.Store.Memories.All
        .SelectMany(memory => Types.Where(type => memory.Scope[type] is not null), (memory, type) => (Memory: memory, Type: type, Name: memory.Scope[type]!))
        .GroupBy(pair => (pair.Type, pair.Name), pair => pair.Memory)
        .Select(group => new
        {
            id = group.Key.Name,
            type = group.Key.Type.Word(),
            total_memories = group.Count(),
            created_at = WireJson.Time(group.Min(memory => memory.CreatedAt)),
            updated_at = WireJson.Time(group.Max(memory => memory.UpdatedAt)),
        });

    private async Task<IResult> DeleteEntityAsync(HttpContext context)
    {
        var name = RequestPath.Segment(context, 2);
        var type = EntityTypes.OfWord(RequestPath.Segment(context, 1)) is { } known && Types.Contains(known)
            ? known : throw RefusalException.Detail("Invalid entity type", StatusCodes.Status400BadRequest);
        await service.Store.ChangeAsync(
            change =>
            {
                Array.ForEach([.. change.Memories.All.Where(memory => memory.Scope[type] == name)], change.Remove);
                change.RemoveEntity(type, name);
            },
            context.RequestAborted);
        return WireJson.Answer(new { message = "Entity deleted successfully" });
    }

    private static int TopK(int? given)
    {
        var topK = given ?? Mem0Service.Limits.SelfHostedTopKDefault;
        return topK >= 1 && topK <= Mem0Service.Limits.TopK
            ? topK : throw RefusalException.Field("top_k", $"Input should be between 1 and {Mem0Service.Limits.TopK}");
    }

    private static Dictionary<EntityType, string> Ids(HttpContext context) => Types.Where(type => RequestPath.Query(context, type.Field()) is { Length: > 0 })
        .ToDictionary(type => type, type => RequestPath.Query(context, type.Field())!);

    private static Guid MemoryId(HttpContext context) => Guid.TryParseExact(RequestPath.Segment(context, 1), "D", out var id) ? id : throw Unknown();

    private static RefusalException Unknown() => RefusalException.Detail("Memory not found", StatusCodes.Status404NotFound);
}
