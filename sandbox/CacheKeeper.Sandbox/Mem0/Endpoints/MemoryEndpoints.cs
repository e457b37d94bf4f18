using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>One memory: read, update, delete, history.</summary>
internal sealed class MemoryEndpoints(Mem0Service service)
{
    private const string HistoryColumns =
        "SELECT id, memory_id, event, old_memory, new_memory, input, user_id, agent_id, app_id, run_id, categories, metadata, created_at, updated_at FROM history";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/v1/memories/{id}/", Read);
        routes.On("PUT", "/v1/memories/{id}/", UpdateAsync);
        routes.On("DELETE", "/v1/memories/{id}/", DeleteAsync);
        routes.On("GET", "/v1/memories/{id}/history/", History);
        routes.On("GET", "/v1/memories/events/", AllHistory);
        routes.On("DELETE", "/v1/memories/", DeleteByEntityAsync);
    }

    /// <summary>What an update makes of a memory; immutable ones are refused.</summary>
    public static StoredMemory Changed(StoredMemory memory, RequestBody body, DateTimeOffset now, bool mergeMetadata)
    {
        if (memory.Immutable)
        {
            throw RefusalException.Error("Memory is immutable and cannot be updated.");
        }

        var text = body.Text("text");
        if (text is { Length: 0 })
        {
            throw RefusalException.Field("text", "This field may not be blank.");
        }

        var metadata = body.Map("metadata") is not { } given ? memory.Metadata : mergeMetadata ? Merged(memory.Metadata, given) : given;
        var changed = (text is null ? memory : memory.WithText(text)) with
        {
            Metadata = metadata,
            UpdatedAt = now,
            CreatedAt = body.Time("timestamp") ?? memory.CreatedAt,
            ExpirationDate = body.Has("expiration_date") ? body.Text("expiration_date") : memory.ExpirationDate,
        };
        return changed with { Categories = Mem0Categories.Of(changed.Text, metadata) };
    }

    public static List<HistoryEntry> HistoryOf(Mem0Store store, Guid id) => store.Read(session => session.Query(
        HistoryColumns + " WHERE memory_id = $id ORDER BY sequence", Mem0Tables.ReadHistory, ("$id", id.ToString())));

    private object Read(HttpContext context) => MemoryForm.One.Write(Find(RequestPath.MemoryId(context)));

    private async Task<IResult> UpdateAsync(HttpContext context)
    {
        var id = RequestPath.MemoryId(context);
        var body = await RequestBody.ReadAsync(context);
        if (!((string[])["text", "metadata", "timestamp", "expiration_date"]).Any(body.Has))
        {
            throw RefusalException.Error("At least one of text, metadata, timestamp or expiration_date must be provided.");
        }

        var updated = await service.Store.ChangeAsync(
            change =>
            {
                var old = change.Memories.Find(id) ?? throw RefusalException.UnknownMemory();
                var changed = Changed(old, body, change.Now, service.Settings.MergeMetadataOnUpdate);
                change.Update(old, changed);
                return changed;
            },
            context.RequestAborted);
        return WireJson.Answer(MemoryForm.One.Write(updated));
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var id = RequestPath.MemoryId(context);
        var linked = RequestPath.Query(context, "delete_linked") is "true" or "True" or "1";
        var superseded = await service.Store.ChangeAsync(
            change =>
            {
                var memory = change.Memories.Find(id) ?? throw RefusalException.UnknownMemory();
                var older = linked ? Superseded(change.Memories, id) : [];
                change.Remove(memory);
                older.ForEach(change.Remove);
                return older.Count;
            },
            context.RequestAborted);
        const string Done = "Memory deleted successfully!";
        return WireJson.Answer(linked ? new { message = Done, cascade_count = superseded } : new { message = Done });
    }

    private object History(HttpContext context)
    {
        var id = RequestPath.MemoryId(context);
        var entries = HistoryOf(service.Store, id);
        return entries.Count > 0 ? entries.Select(MemoryForm.Write) : throw RefusalException.UnknownMemory();
    }

    private object AllHistory(HttpContext context)
    {
        var page = PageRequest.Read(context, null, Mem0Service.Limits.ListPageDefault, Mem0Service.Limits.ListPage, sizeName: "limit");
        var count = service.Store.Read(session => session.Scalar("SELECT count(*) FROM history"));
        var entries = service.Store.Read(session => session.Query(
            HistoryColumns + " ORDER BY sequence DESC LIMIT $size OFFSET $skip", Mem0Tables.ReadHistory, ("$size", page.Size), ("$skip", page.Skipped)));
        return page.Envelope(context, count, entries.Select(MemoryForm.Write));
    }

    // An empty or missing id is an error: it once meant everything.
    private async Task<IResult> DeleteByEntityAsync(HttpContext context)
    {
        var given = EntityTypes.All.Where(type => RequestPath.Query(context, type.Field()) is not null)
            .ToDictionary(type => type.Field(), object? (type) => RequestPath.Query(context, type.Field()));
        if (given.Count == 0 || given.Values.Any(id => string.IsNullOrWhiteSpace((string?)id)))
        {
            throw RefusalException.Error("At least one of user_id, agent_id, app_id or run_id is required, and none may be empty.");
        }

        if (RequestPath.Query(context, "metadata") is { } metadata)
        {
            given["metadata"] = Metadata(metadata);
        }

        var accepted = await service.Events.AcceptAsync(Mem0EventWork.DeleteAll, given, context.RequestAborted);
        return WireJson.Answer(new { message = "Delete in progress. This may take some time.", event_id = accepted.Id });
    }

    private static JsonElement Metadata(string text)
    {
        try
        {
            var metadata = Mem0Tables.Parse(text);
            return metadata.ValueKind == JsonValueKind.Object ? metadata : throw RefusalException.Field("metadata", "Expected a JSON object.");
        }
        catch (JsonException)
        {
            throw RefusalException.Field("metadata", "Expected a JSON object.");
        }
    }

    private StoredMemory Find(Guid id) => service.Store.Memories.Find(id) ?? throw RefusalException.UnknownMemory();

    // Whoever was superseded by a superseded one goes too.
    private static List<StoredMemory> Superseded(MemoryCatalog memories, Guid newest)
    {
        var older = memories.All.Where(memory => memory.ReplacedBy is not null).ToLookup(memory => memory.ReplacedBy!);
        var found = new Dictionary<Guid, StoredMemory>();
        var open = new Queue<Guid>([newest]);
        while (open.TryDequeue(out var id))
        {
            foreach (var memory in older[id.ToString()].Where(memory => memory.Id != newest && found.TryAdd(memory.Id, memory)))
            {
                open.Enqueue(memory.Id);
            }
        }

        return [.. found.Values];
    }

    private static JsonElement Merged(JsonElement? old, JsonElement given)
    {
        var merged = new OrderedDictionary<string, JsonElement>();
        foreach (var property in (old?.EnumerateObject() ?? default).Concat(given.EnumerateObject()))
        {
            merged[property.Name] = property.Value;
        }

        return WireJson.Element(merged);
    }
}
