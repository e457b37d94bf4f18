using System.Runtime.InteropServices;

namespace CacheKeeper.Tiers;

/// <summary>Keys that a scan gave already, by a 64-bit hash each: eight to sixteen bytes a key, so that a scan of millions stays small.</summary>
/// <remarks>SCAN may give a key twice while the server grows or shrinks its table. Two keys that fall together (once in some billion scans) hide one of them.</remarks>
internal sealed class SeenKeys
{
    private const int FirstSize = 1 << 10;
    private ulong[] _slots = new ulong[FirstSize];
    private int _count;

    /// <summary>True when the key was not seen before.</summary>
    public bool Add(string key)
    {
        if (_count * 4L >= _slots.Length * 3L)
        {
            Grow();
        }

        if (!Put(_slots, Hash(key)))
        {
            return false;
        }

        _count++;
        return true;
    }

    // Both halves are seeded anew in each process: nobody can choose keys that fall together.
    private static ulong Hash(string key)
    {
        var other = default(HashCode);
        other.AddBytes(MemoryMarshal.AsBytes(key.AsSpan()));
        var hash = ((ulong)(uint)key.GetHashCode(StringComparison.Ordinal) << 32) | (uint)other.ToHashCode();
        return hash == 0 ? 1 : hash;
    }

    private static bool Put(ulong[] slots, ulong hash)
    {
        for (var at = hash % (ulong)slots.Length; ; at = at + 1 == (ulong)slots.Length ? 0 : at + 1)
        {
            if (slots[at] == hash)
            {
                return false;
            }

            if (slots[at] == 0)
            {
                slots[at] = hash;
                return true;
            }
        }
    }

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var hash in _slots)
        {
            if (hash != 0)
            {
                Put(larger, hash);
            }
        }

        _slots = larger;
    }
}
