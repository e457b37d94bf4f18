using System.IO.Hashing;

namespace CacheKeeper.Backup.Format;

/// <summary>Which contents a safety copy holds: eight bytes for each entry, so that millions of them take little.</summary>
/// <remarks>A content that is not among n others is taken for one of them with a chance of n in 2^64: for three millions, one in 6e12.</remarks>
internal sealed class CopiedContents
{
    private readonly List<ulong> _hashes;
    private bool _isSorted;

    /// <param name="entries">How many are expected.</param>
    public CopiedContents(long entries)
    {
        _hashes = new List<ulong>((int)Math.Min(entries, Array.MaxLength));
    }

    public void Add(string id, ReadOnlySpan<byte> content)
    {
        _hashes.Add(Hash(id, content));
        _isSorted = false;
    }

    /// <summary>Whether an entry of this id was copied with this content.</summary>
    public bool Has(string id, ReadOnlySpan<byte> content)
    {
        if (!_isSorted)
        {
            _hashes.Sort();
            _isSorted = true;
        }

        return _hashes.BinarySearch(Hash(id, content)) >= 0;
    }

    // Pure functions that only live in a namespace of that name.
#pragma warning disable RS0030
    private static ulong Hash(string id, ReadOnlySpan<byte> content) => XxHash3.HashToUInt64(content, unchecked((long)XxHash3.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(id.AsSpan()))));
#pragma warning restore RS0030
}
