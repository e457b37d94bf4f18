using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Lists of memories in their three versions, and those of one entity.</summary>
internal sealed class ListEndpoints(Mem0Service service)
{
    private LastList? last;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("POST", "/v3/memories/", ListAsync);
        routes.On("POST", "/v2/memories/", ListSecondAsync);
        routes.On("GET", "/v1/memories/", ListFirst);
        routes.On("GET", "/v1/memories/{type:regex(^(user|agent|app|run)$)}/{name}/", OfEntity);
    }

    /// <summary>The third version takes entity ids inside the filters only.</summary>
    public static void RefuseTopLevelIds(RequestBody body)
    {
        if (EntityTypes.All.Select(type => type.Field()).FirstOrDefault(body.Has) is { } field)
        {
            throw RefusalException.Error($"Top-level '{field}' is not supported. Use filters: {{\"{field}\": \"...\"}} instead.");
        }
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        RefuseTopLevelIds(body);
        var page = PageRequest.Read(context, body, Mem0Service.Limits.ListPageDefault, Mem0Service.Limits.ListPage);
        var form = MemoryForm.List with { Fields = body.Texts("fields") };
        return WireJson.Answer(page.Envelope(context, Found(body, FilterDialect.List), form.Write));
    }

    private async Task<IResult> ListSecondAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var page = PageRequest.Read(context, body, Mem0Service.Limits.ListPageDefault, Mem0Service.Limits.ListPage);
        var form = MemoryForm.List with { Fields = body.Texts("fields") };
        return WireJson.Answer(Found(body, FilterDialect.OldList).Skip(page.Skipped).Take(page.Size).Select(form.Write));
    }

    // Whoever pages through a long list asks the same again and again: it is made once, until a memory changes or the day turns.
    private IReadOnlyList<StoredMemory> Found(RequestBody body, FilterDialect dialect)
    {
        service.Usage.CountRetrieval();
        var now = service.Now;
        var (asked, memories, day) = (dialect + body.Root.GetRawText(), service.Store.Memories.NewestFirst, DateOnly.FromDateTime(now.UtcDateTime));
        if (last is { } known && known.Asked == asked && known.Memories == memories && known.Day == day)
        {
            return known.Found;
        }

        var found = MemoryQuery.Read(body, FilterParser.Required(body.Value("filters"), dialect), now).NewestFirst(service.Store.Memories);
        last = new(asked, memories, day, found);
        return found;
    }

    // A bare array, unless both page and page_size are given.
    private object ListFirst(HttpContext context)
    {
        service.Usage.CountRetrieval();
        var ids = EntityTypes.All.Select(type => (Type: type, Id: RequestPath.Query(context, type.Field()))).Where(pair => pair.Id is { Length: > 0 }).ToArray();
        if (ids.Length == 0)
        {
            throw new RefusalException(
                StatusCodes.Status400BadRequest, (string[])["At least one of the filters: agent_id, user_id, app_id, run_id is required!"]);
        }

        var found = service.Store.Memories.NewestFirst
            .Where(memory => ids.All(pair => memory.Scope[pair.Type] == pair.Id) && memory.MergedInto is null && !memory.IsExpired(service.Now)).ToList();
        if (RequestPath.Query(context, "page") is not null && RequestPath.Query(context, "page_size") is not null)
        {
            return PageRequest.Read(context, null, Mem0Service.Limits.ListPageDefault, Mem0Service.Limits.ListPage).Envelope(context, found, MemoryForm.One.Write);
        }

        var limit = Math.Clamp(RequestPath.Whole(context, "limit") ?? Mem0Service.Limits.ListPageDefault, 1, Mem0Service.Limits.FirstVersionLimit);
        return found.Take(limit).Select(MemoryForm.One.Write);
    }

    private object OfEntity(HttpContext context)
    {
        var type = EntityTypes.OfWord(RequestPath.Segment(context, 2))!.Value;
        var name = RequestPath.Segment(context, 3);
        var page = PageRequest.Read(context, null, Mem0Service.Limits.EntityMemoriesPage, Mem0Service.Limits.EntityMemoriesPage);
        var found = service.Store.Memories.NewestFirst.Where(memory => memory.Scope[type] == name && !memory.IsExpired(service.Now)).ToList();
        return page.Envelope(context, found, MemoryForm.OfEntity.Write);
    }
}

/// <summary>The list that was asked for last: by which request, over which memories, on which day.</summary>
internal sealed record LastList(string Asked, StoredMemory[] Memories, DateOnly Day, IReadOnlyList<StoredMemory> Found);
