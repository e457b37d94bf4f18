using System.Buffers.Binary;

namespace CacheKeeper.Backup.Format;

/// <summary>Where one chunk lies within a pack. Frames follow each other without gaps, so an entry's offset is the sum of those before.</summary>
/// <param name="Number">The frame's number, which is its nonce.</param>
/// <param name="Stored">Bytes of the frame.</param>
/// <param name="Plain">Bytes of the chunk.</param>
internal sealed record PackedChunk(string Name, uint Number, long Offset, int Stored, int Plain);

/// <summary>The table of contents of a pack, as bytes and back.</summary>
internal static class PackIndex
{
    private const int EntryBytes = 32 + 4 + 4;

    public static byte[] Write(IReadOnlyList<PackedChunk> chunks)
    {
        var bytes = new byte[chunks.Count * EntryBytes];
        for (var i = 0; i < chunks.Count; i++)
        {
            var entry = bytes.AsSpan(i * EntryBytes, EntryBytes);
            Convert.FromHexString(chunks[i].Name, entry, out _, out _);
            BinaryPrimitives.WriteInt32LittleEndian(entry[32..], chunks[i].Stored);
            BinaryPrimitives.WriteInt32LittleEndian(entry[36..], chunks[i].Plain);
        }

        return bytes;
    }

    /// <returns>Null when the entries do not fill exactly the space before the index.</returns>
    public static IReadOnlyList<PackedChunk>? Read(ReadOnlySpan<byte> bytes, long indexOffset)
    {
        if (bytes.Length % EntryBytes != 0)
        {
            return null;
        }

        var chunks = new List<PackedChunk>(bytes.Length / EntryBytes);
        long offset = SealedFile.HeaderBytes;
        for (var i = 0; i < bytes.Length / EntryBytes; i++)
        {
            var entry = bytes.Slice(i * EntryBytes, EntryBytes);
            var stored = BinaryPrimitives.ReadInt32LittleEndian(entry[32..]);
            var plain = BinaryPrimitives.ReadInt32LittleEndian(entry[36..]);
            if (stored < Sealer.TagBytes || plain < 0)
            {
                return null;
            }

            chunks.Add(new PackedChunk(Convert.ToHexStringLower(entry[..32]), (uint)i, offset, stored, plain));
            offset += stored;
        }

        return offset == indexOffset ? chunks : null;
    }
}
