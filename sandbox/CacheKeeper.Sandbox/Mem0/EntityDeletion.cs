using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Which memories a deletion by entity covers: all ids given, <c>*</c> for any, and each of the metadata given.</summary>
internal sealed record EntityDeletion(IReadOnlyDictionary<EntityType, string> Ids, JsonElement? Metadata)
{
    private const string AnyId = "*";

    public static EntityDeletion Read(JsonElement payload) => new(
        EntityTypes.All.Where(type => payload.TryGetProperty(type.Field(), out _)).ToDictionary(type => type, type => payload.GetProperty(type.Field()).GetString()!),
        payload.TryGetProperty("metadata", out var metadata) ? metadata : null);

    /// <summary>All four as <c>*</c> cover everything, whatever ids it has.</summary>
    public bool CoversEverything => Ids.Count == EntityTypes.All.Count && Ids.Values.All(id => id == AnyId);

    public bool Covers(StoredMemory memory) =>
        (CoversEverything || Ids.All(id => id.Value == AnyId ? memory.Scope[id.Key] is not null : memory.Scope[id.Key] == id.Value)) && Carries(memory);

    private bool Carries(StoredMemory memory) => Metadata is not { } wanted || wanted.EnumerateObject().All(pair =>
        memory.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(pair.Name, out var value) && JsonElement.DeepEquals(value, pair.Value));
}
