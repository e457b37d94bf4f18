using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CacheKeeper.Backup.Format;

/// <summary>Seals and opens the frames of one file: AES-256-GCM, the frame's number as nonce, the file's header, the number and a name authenticated.</summary>
internal sealed class Sealer(byte[] key, byte[] header)
{
    public const int TagBytes = 16;

    /// <summary>The number of the frame that closes a file (its index); no chunk has it.</summary>
    public const uint Closing = uint.MaxValue;

    public byte[] Seal(uint number, string name, ReadOnlySpan<byte> plain)
    {
        byte[] frame = [.. plain, .. new byte[TagBytes]];
        SealInPlace(number, name, frame);
        return frame;
    }

    /// <summary>Seals a frame whose content stands in it already, before the room for its tag.</summary>
    public void SealInPlace(uint number, string name, Span<byte> frame)
    {
        using var gcm = new AesGcm(key, TagBytes);
        var content = frame[..^TagBytes];
        gcm.Encrypt(Nonce(number), content, content, frame[^TagBytes..], Bound(number, name));
    }

    /// <returns>Null when the frame, its place, its name or the file's header is not what was sealed.</returns>
    public byte[]? Open(uint number, string name, ReadOnlySpan<byte> frame)
    {
        var copy = frame.ToArray();
        return OpenInPlace(number, name, copy) ? copy[..^TagBytes] : null;
    }

    /// <summary>Opens a frame where it stands: its content is then before its tag.</summary>
    /// <returns>False, and nothing of the content there, when the frame, its place, its name or the file's header is not what was sealed.</returns>
    public bool OpenInPlace(uint number, string name, Span<byte> frame)
    {
        if (frame.Length < TagBytes)
        {
            return false;
        }

        using var gcm = new AesGcm(key, TagBytes);
        var content = frame[..^TagBytes];
        try
        {
            gcm.Decrypt(Nonce(number), content, frame[^TagBytes..], content, Bound(number, name));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Nonce(uint number)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(nonce, number);
        return nonce;
    }

    private byte[] Bound(uint number, string name)
    {
        var bound = new byte[header.Length + 4 + name.Length];
        header.CopyTo(bound, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bound.AsSpan(header.Length), number);
        System.Text.Encoding.ASCII.GetBytes(name, bound.AsSpan(header.Length + 4));
        return bound;
    }
}
