using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>What no Mem0 has: setting the marks that the platform sets by itself, for demos and tests.</summary>
internal sealed class MarkEndpoints(Mem0Service service)
{
    public void Map(IEndpointRouteBuilder routes) => routes.On("POST", "/sandbox/mark", MarkAsync);

    private async Task<IResult> MarkAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var marks = body.Value("memories") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(item => new RequestBody(item)).ToArray()
            : throw RefusalException.Error("A list of memories is required.");
        var marked = await service.Store.ChangeAsync(change => Mark(change, marks), context.RequestAborted);
        return WireJson.Answer(new { marked });
    }

    private static int Mark(Mem0Change change, IEnumerable<RequestBody> marks)
    {
        var marked = marks.Select(mark => Marked(change.Memories.Find(RequestPath.ParseId(mark.Text("memory_id"))) ?? throw RefusalException.UnknownMemory(), mark)).ToArray();
        Array.ForEach(marked, change.Put);
        return marked.Length;
    }

    // Only what is named changes; null takes a mark away.
    private static StoredMemory Marked(StoredMemory memory, RequestBody mark) => memory with
    {
        ReplacedBy = mark.Has("replaced_by") ? mark.Text("replaced_by") : memory.ReplacedBy,
        MergedInto = mark.Has("merged_into") ? mark.Text("merged_into") : memory.MergedInto,
        ExpirationDate = mark.Has("expiration_date") ? mark.Text("expiration_date") : memory.ExpirationDate,
        Synthesized = mark.Flag("synthesized", memory.Synthesized),
        Immutable = mark.Flag("immutable", memory.Immutable),
        CreatedAt = mark.Time("created_at") ?? memory.CreatedAt,
        UpdatedAt = mark.Time("updated_at") ?? memory.UpdatedAt,
    };
}
