using System.Security.Cryptography;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// A digest over lines that does not depend on their order: the sum of their SHA-256, modulo 2^256, with their number. It compares a tier with a backup;
/// that nobody changed the backup is proven by its authenticated encryption, not by this.
/// </summary>
internal readonly record struct LineDigest(UInt128 High, UInt128 Low, long Lines)
{
    public static LineDigest Empty => default;

    public LineDigest Plus(LineDigest other)
    {
        var low = unchecked(Low + other.Low);
        var carry = low < Low ? UInt128.One : UInt128.Zero;
        return new LineDigest(unchecked(High + other.High + carry), low, Lines + other.Lines);
    }

    public LineDigest Plus(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(line, hash);
        var high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
        var low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
        return Plus(new LineDigest(high, low, 1));
    }

    /// <summary>The digest of a block of whole lines.</summary>
    public static LineDigest Of(ReadOnlySpan<byte> lines)
    {
        var sum = Empty;
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            sum = sum.Plus(lines[..(end + 1)]);
            lines = lines[(end + 1)..];
        }

        return sum;
    }

    public override string ToString() => $"{High:x32}{Low:x32}";
}
