using System.Security.Cryptography;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What stands in a receipt: entries as bytes, and the chain of hashes over its frames.</summary>
internal static class ReceiptFrameStore
{
    public static byte[] Start(string run) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(run));

    public static byte[] Next(byte[] previous, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    /// <summary>Appends the entries to <paramref name="stream"/>, which its writer keeps and empties for the next frame.</summary>
    public static void Encode(IReadOnlyList<StoredEntry> entries, MemoryStream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(entries.Count);
        foreach (var entry in entries)
        {
            writer.Write(JsonSerializer.Serialize(entry.Head, StateJson.Options));
            writer.Write(entry.Kind);
            writer.Write(entry.Content.Length);
            writer.Write(entry.Content.Span);
        }
    }

    public static IReadOnlyList<StoredEntry> Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var entries = new StoredEntry[reader.ReadInt32()];
        for (var i = 0; i < entries.Length; i++)
        {
            var head = JsonSerializer.Deserialize<EntryHead>(reader.ReadString(), StateJson.Options)!;
            entries[i] = new StoredEntry(head, reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
        }

        return entries;
    }
}
