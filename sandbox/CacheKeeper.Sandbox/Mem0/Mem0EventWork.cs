using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>The kinds of accepted work.</summary>
internal static class Mem0EventWork
{
    public const string Add = "ADD";
    public const string DeleteAll = "DELETE_ALL";
    public const string DeleteUser = "DELETE_USER";

    /// <summary>Does the work and closes its event in the same change, so that it is done exactly once.</summary>
    public static void Do(Mem0Change change, Mem0Event accepted)
    {
        var results = accepted.Type switch
        {
            Add => Infer(change, new RequestBody(accepted.Payload)),
            DeleteAll => Delete(change, EntityDeletion.Read(accepted.Payload)),
            DeleteUser => DeleteEntity(change, accepted.Payload),
            _ => throw new InvalidOperationException($"There is no work of type {accepted.Type}."),
        };
        change.Put(accepted with { Status = Mem0Event.Succeeded, Results = WireJson.Element(results), CompletedAt = change.Now, UpdatedAt = change.Now });
    }

    private static object Infer(Mem0Change change, RequestBody body) => MemoryAdding.Answer(MemoryAdding.Infer(change, NewMemories.Read(body, change.Now)));

    private static object[] Delete(Mem0Change change, EntityDeletion deletion) =>
        [.. change.Memories.NewestFirst.Where(deletion.Covers).Select(memory => Removed(change, memory))];

    private static object[] DeleteEntity(Mem0Change change, JsonElement payload)
    {
        var type = EntityTypes.OfWord(payload.GetProperty("type").GetString()!)!.Value;
        var name = payload.GetProperty("name").GetString()!;
        object[] results = [.. change.Memories.NewestFirst.Where(memory => memory.Scope[type] == name).Select(memory => Removed(change, memory))];
        change.RemoveEntity(type, name);
        return results;
    }

    private static object Removed(Mem0Change change, StoredMemory memory)
    {
        change.Remove(memory);
        return new { id = memory.Id, @event = "DELETE" };
    }
}
