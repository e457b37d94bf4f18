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
        var frame = new byte[plain.Length + TagBytes];
        using var gcm = new AesGcm(key, TagBytes);
        gcm.Encrypt(Nonce(number), plain, frame.AsSpan(0, plain.Length), frame.AsSpan(plain.Length), Bound(number, name));
        return frame;
    }

    /// <returns>Null when the frame, its place, its name or the file's header is not what was sealed.</returns>
    public byte[]? Open(uint number, string name, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < TagBytes)
        {
            return null;
        }

        var plain = new byte[frame.Length - TagBytes];
        using var gcm = new AesGcm(key, TagBytes);
        try
        {
            gcm.Decrypt(Nonce(number), frame[..plain.Length], frame[plain.Length..], plain, Bound(number, name));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
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
