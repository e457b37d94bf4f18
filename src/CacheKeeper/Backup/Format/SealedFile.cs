using System.Buffers.Binary;
using System.Text;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// The outside of our files. A pack: header, frames one after another, the index frame, footer. A manifest: header and one frame.
/// Header: 8 bytes magic, 16 bytes file id, 16 characters key id. Footer: 8 bytes offset of the index frame, 8 bytes magic. Nothing is unauthenticated:
/// the header is bound to every frame, the footer only finds the index, and the index names every frame between header and itself.
/// </summary>
internal static class SealedFile
{
    public const int HeaderBytes = 40;
    public const int FooterBytes = 16;
    public const string Pack = "CKPACK01";
    public const string Manifest = "CKPOINT1";
    private const string End = "CKPKEND1";

    public static byte[] Header(string magic, ReadOnlySpan<byte> fileId, string keyId) => [.. Encoding.ASCII.GetBytes(magic), .. fileId, .. Encoding.ASCII.GetBytes(keyId)];

    /// <summary>The file id of a header of that kind, sealed under that key; null when it is something else.</summary>
    public static byte[]? FileId(ReadOnlySpan<byte> header, string magic, string keyId) =>
        header.Length == HeaderBytes && header[..8].SequenceEqual(Encoding.ASCII.GetBytes(magic)) && header[24..].SequenceEqual(Encoding.ASCII.GetBytes(keyId)) ? header[8..24].ToArray() : null;

    public static byte[] Footer(long indexOffset)
    {
        var footer = new byte[FooterBytes];
        BinaryPrimitives.WriteInt64LittleEndian(footer, indexOffset);
        Encoding.ASCII.GetBytes(End, footer.AsSpan(8));
        return footer;
    }

    /// <summary>Where the index frame begins; null when this is no footer, or it points outside the file.</summary>
    public static long? IndexOffset(ReadOnlySpan<byte> footer, long fileLength)
    {
        if (footer.Length != FooterBytes || !footer[8..].SequenceEqual(Encoding.ASCII.GetBytes(End)))
        {
            return null;
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(footer);
        return offset >= HeaderBytes && offset + Sealer.TagBytes + FooterBytes <= fileLength ? offset : null;
    }
}
