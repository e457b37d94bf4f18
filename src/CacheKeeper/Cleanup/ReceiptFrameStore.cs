using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What stands in a receipt: entries as bytes, and the chain of hashes over its frames.</summary>
internal static class ReceiptFrameStore
{
    public static byte[] Start(string run) => SHA256.HashData(Encoding.UTF8.GetBytes(run));

    public static byte[] Next(byte[] previous, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    /// <summary>Appends the entries: their number, then of each the head (JSON text), its kind (text) and its content; lengths before texts as <see cref="BinaryReader"/> reads them.</summary>
    public static void Encode(IReadOnlyList<StoredEntry> entries, IBufferWriter<byte> plain)
    {
        var head = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(head, new JsonWriterOptions { Encoder = StateJson.Options.Encoder });
        WriteNumber(plain, entries.Count);
        foreach (var entry in entries)
        {
            head.ResetWrittenCount();
            json.Reset();
            EntryHeadJson.Write(json, entry.Head);
            json.Flush();
            WriteText(plain, head.WrittenSpan);
            WriteText(plain, Encoding.UTF8.GetBytes(entry.Kind));
            WriteNumber(plain, entry.Content.Length);
            plain.Write(entry.Content.Span);
        }
    }

    public static IReadOnlyList<StoredEntry> Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var entries = new StoredEntry[reader.ReadInt32()];
        for (var i = 0; i < entries.Length; i++)
        {
            var head = new Utf8JsonReader(reader.ReadBytes(reader.Read7BitEncodedInt()));
            head.Read();
            entries[i] = new StoredEntry(EntryHeadJson.Read(ref head), reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
        }

        return entries;
    }

    private static void WriteNumber(IBufferWriter<byte> plain, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(plain.GetSpan(sizeof(int)), number);
        plain.Advance(sizeof(int));
    }

    // Seven bits of the length a byte, the lowest first; the eighth says that more follow.
    private static void WriteText(IBufferWriter<byte> plain, ReadOnlySpan<byte> text)
    {
        for (var rest = (uint)text.Length; ; rest >>= 7)
        {
            plain.GetSpan(1)[0] = (byte)(rest > 0x7F ? rest | 0x80 : rest);
            plain.Advance(1);
            if (rest <= 0x7F)
            {
                break;
            }
        }

        plain.Write(text);
    }
}
