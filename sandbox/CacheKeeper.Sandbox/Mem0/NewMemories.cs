using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>What an add asks for.</summary>
internal sealed record NewMemories(
    IReadOnlyList<Message> Messages, string Input, MemoryScope Scope, JsonElement? Metadata, DateTimeOffset CreatedAt, string? ExpirationDate, bool Immutable)
{
    public static NewMemories Read(RequestBody body, DateTimeOffset now)
    {
        var messages = Message.Read(body);
        var scope = body.Scope();
        return scope.IsEmpty
            ? throw RefusalException.Error("At least one entity id is required: user_id, agent_id, app_id or run_id.")
            : new(messages, body.Value("messages")!.Value.GetRawText(), scope, body.Map("metadata"), body.Time("timestamp") ?? now, body.Text("expiration_date"), body.Flag("immutable"));
    }

    public StoredMemory Memory(string text, MemoryScope scope, DateTimeOffset now) => new()
    {
        Id = Guid.NewGuid(),
        Text = text,
        Scope = scope,
        Metadata = Metadata,
        Categories = Mem0Categories.Of(text, Metadata),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt.ToUnixTimeMilliseconds()),
        UpdatedAt = now,
        ExpirationDate = ExpirationDate,
        Immutable = Immutable,
        Input = Input,
    };
}
