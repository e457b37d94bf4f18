using CacheKeeper.Sandbox.Mem0.Search;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>The two ways in which memories are added.</summary>
internal static class MemoryAdding
{
    /// <summary>From this cosine on, an inferred fact is a near-duplicate and dropped.</summary>
    private const double NearDuplicate = 0.92;

    /// <summary>Each message that is not a system's, verbatim, under all ids given; only byte-identical text in the same scope can be left out.</summary>
    public static List<StoredMemory> Import(Mem0Change change, NewMemories asked, bool leaveOutSame)
    {
        var added = new List<StoredMemory>();
        foreach (var message in asked.Messages.Where(message => message.Role != Message.System && message.Text.Length > 0))
        {
            // A memory that is past its date does not stand in the way of its renewal.
            if (!leaveOutSame || change.Memories.FindSame(message.Text, asked.Scope) is not { } same || same.IsExpired(change.Now))
            {
                added.Add(change.Add(asked.Memory(message.Text, asked.Scope, change.Now)));
            }
        }

        return added;
    }

    /// <summary>The facts in the messages, a user's under the user, an assistant's under the agent; near-duplicates are left out.</summary>
    public static List<StoredMemory> Infer(Mem0Change change, NewMemories asked)
    {
        var added = new List<StoredMemory>();
        foreach (var message in asked.Messages.Where(message => message.Role != Message.System))
        {
            var scope = message.Role == Message.Assistant ? asked.Scope with { UserId = null } : asked.Scope with { AgentId = null };
            if (!scope.IsEmpty)
            {
                added.AddRange(FactExtractor.Facts(message.Text).Select(fact => asked.Memory(fact, scope, change.Now))
                    .Where(fact => !HasNearDuplicate(change, fact)).Select(change.Add));
            }
        }

        return added;
    }

    /// <summary>The results of an add as they are told.</summary>
    public static object[] Answer(IEnumerable<StoredMemory> added) =>
        [.. added.Select(memory => new { id = memory.Id, data = new { memory = memory.Text }, @event = "ADD" })];

    private static bool HasNearDuplicate(Mem0Change change, StoredMemory fact) => change.Memories.All.Any(memory =>
        memory.Scope == fact.Scope && !memory.IsExpired(change.Now) && MemorySearch.Dot(memory.Vector, fact.Vector) >= NearDuplicate);
}
