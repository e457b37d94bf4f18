using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Updates and deletes of up to a thousand memories by their ids.</summary>
internal sealed class BatchEndpoints(Mem0Service service)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("PUT", "/v1/batch/", UpdateAsync);
        routes.On("DELETE", "/v1/batch/", DeleteAsync);
    }

    private async Task<IResult> UpdateAsync(HttpContext context)
    {
        var items = await ReadAsync(context);
        foreach (var (_, body) in items)
        {
            if (!body.Has("text") && !body.Has("metadata"))
            {
                throw RefusalException.Error("Each memory needs a text or metadata.");
            }
        }

        var count = await service.Store.ChangeAsync(
            change =>
            {
                // All are worked out before the first is written: an immutable one refuses the whole batch.
                var updates = Known(change, items).Select(item => (item.Memory, Changed: Changed(item.Memory, item.Body, change.Now))).ToArray();
                Array.ForEach(updates, update => change.Update(update.Memory, update.Changed));
                return updates.Length;
            },
            context.RequestAborted);
        return WireJson.Answer(new { message = $"Successfully updated {count} memories" });
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var items = await ReadAsync(context);
        var count = await service.Store.ChangeAsync(
            change =>
            {
                var memories = Known(change, items).Select(item => item.Memory).DistinctBy(memory => memory.Id).ToArray();
                Array.ForEach(memories, change.Remove);
                return memories.Length;
            },
            context.RequestAborted);
        return WireJson.Answer(new { message = $"Successfully deleted {count} memories" });
    }

    private StoredMemory Changed(StoredMemory memory, RequestBody body, DateTimeOffset now) =>
        MemoryEndpoints.Changed(memory, body, now, service.Settings.MergeMetadataOnUpdate);

    private IEnumerable<(StoredMemory Memory, RequestBody Body)> Known(Mem0Change change, IReadOnlyList<(Guid Id, RequestBody Body)> items)
    {
        var found = items.Select(item => (Memory: change.Memories.Find(item.Id), item.Body)).ToArray();
        return service.Settings.RefuseBatchesWithUnknownIds && found.Any(item => item.Memory is null)
            ? throw RefusalException.UnknownMemory()
            : found.Where(item => item.Memory is not null).Select(item => (item.Memory!, item.Body));
    }

    private static async Task<IReadOnlyList<(Guid Id, RequestBody Body)>> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.Value("memories") is not { ValueKind: JsonValueKind.Array } memories || memories.GetArrayLength() == 0)
        {
            throw RefusalException.Error("A list of memories is required.");
        }

        return memories.GetArrayLength() <= Mem0Service.Limits.Batch
            ? [.. memories.EnumerateArray().Select(Item)]
            : throw RefusalException.Error($"Maximum number of memories in a batch is {Mem0Service.Limits.Batch}.");
    }

    private static (Guid Id, RequestBody Body) Item(JsonElement item) => item.ValueKind == JsonValueKind.Object
        ? (RequestPath.ParseId(new RequestBody(item).Text("memory_id")), new RequestBody(item))
        : throw RefusalException.Error("Each memory must be an object with a memory_id.");
}
