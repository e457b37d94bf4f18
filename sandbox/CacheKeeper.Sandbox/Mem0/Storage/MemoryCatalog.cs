using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>All memories in this process, for reading by many while one writes.</summary>
internal sealed class MemoryCatalog
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, StoredMemory> memories = [];
    private readonly Dictionary<string, HashSet<Guid>> byQueryHash = [];
    private readonly Dictionary<UInt128, Guid> byContent = [];
    private readonly WordCounts words = new();
    private StoredMemory[]? all;
    private StoredMemory[]? newestFirst;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return memories.Count;
            }
        }
    }

    /// <summary>How many memories contain each word.</summary>
    public WordCounts Words => words;

    /// <summary>Every memory at this instant, in no order.</summary>
    public StoredMemory[] All
    {
        get
        {
            lock (gate)
            {
                return all ??= [.. memories.Values];
            }
        }
    }

    /// <summary>Every memory at this instant, the newest first.</summary>
    public StoredMemory[] NewestFirst
    {
        get
        {
            lock (gate)
            {
                return newestFirst ??= [.. memories.Values.OrderByDescending(memory => memory.CreatedAt).ThenByDescending(memory => memory.Sequence)];
            }
        }
    }

    public StoredMemory? Find(Guid id)
    {
        lock (gate)
        {
            return memories.GetValueOrDefault(id);
        }
    }

    public StoredMemory[] Find(IEnumerable<Guid> ids)
    {
        lock (gate)
        {
            return [.. ids.Select(id => memories.GetValueOrDefault(id)).OfType<StoredMemory>()];
        }
    }

    public StoredMemory[] WithQueryHash(string hash)
    {
        lock (gate)
        {
            return byQueryHash.TryGetValue(hash, out var ids) ? [.. ids.Select(id => memories[id])] : [];
        }
    }

    /// <summary>A memory with byte-identical text in the same scope.</summary>
    public StoredMemory? FindSame(string text, MemoryScope scope)
    {
        var content = ContentOf(text, scope);
        lock (gate)
        {
            return byContent.TryGetValue(content, out var id) ? memories[id] : null;
        }
    }

    /// <summary>Adds a memory, or puts it in the place of the one with its id.</summary>
    public void Put(StoredMemory memory)
    {
        var content = ContentOf(memory.Text, memory.Scope);
        lock (gate)
        {
            Forget(memory.Id);
            memories[memory.Id] = memory;
            byContent[content] = memory.Id;
            if (memory.QueryHash is { } hash)
            {
                (byQueryHash.TryGetValue(hash, out var ids) ? ids : byQueryHash[hash] = []).Add(memory.Id);
            }
        }

        words.Add(memory.Text);
    }

    public void Remove(Guid id)
    {
        lock (gate)
        {
            Forget(id);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            memories.Clear();
            byQueryHash.Clear();
            byContent.Clear();
            (all, newestFirst) = (null, null);
        }

        words.Clear();
    }

    private void Forget(Guid id)
    {
        (all, newestFirst) = (null, null);
        if (!memories.Remove(id, out var memory))
        {
            return;
        }

        var content = ContentOf(memory.Text, memory.Scope);
        if (byContent.TryGetValue(content, out var owner) && owner == id)
        {
            byContent.Remove(content);
        }

        if (memory.QueryHash is { } hash && byQueryHash[hash] is var ids && ids.Remove(id) && ids.Count == 0)
        {
            byQueryHash.Remove(hash);
        }

        words.Remove(memory.Text);
    }

    // Lengths keep ("a", "bc") apart from ("ab", "c"); a null differs from an empty text.
    private static UInt128 ContentOf(string text, MemoryScope scope)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string?>)[scope.UserId, scope.AgentId, scope.AppId, scope.RunId, text])
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(Encoding.Unicode.GetBytes(part ?? ""));
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
