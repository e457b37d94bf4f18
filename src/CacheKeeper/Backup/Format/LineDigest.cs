using System.IO.Hashing;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// A digest over lines that does not depend on their order: the sum of their XXH128, modulo 2^128, with their number. It compares a tier with a backup, and what
/// is read back with what was read; that nobody changed the backup is proven by its authenticated encryption and the keyed names, not by this.
/// </summary>
internal readonly record struct LineDigest(UInt128 Sum, long Lines)
{
    public static LineDigest Empty => default;

    public LineDigest Plus(LineDigest other) => new(unchecked(Sum + other.Sum), Lines + other.Lines);

    /// <summary>The digest of a block of whole lines.</summary>
    public static LineDigest Of(ReadOnlySpan<byte> lines)
    {
        var (sum, count) = (UInt128.Zero, 0L);
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
#pragma warning disable RS0030 // A pure function that only lives in a namespace of that name.
            sum = unchecked(sum + XxHash128.HashToUInt128(lines[..(end + 1)]));
#pragma warning restore RS0030
            count++;
            lines = lines[(end + 1)..];
        }

        return new LineDigest(sum, count);
    }

    public override string ToString() => $"{Sum:x32}";
}
