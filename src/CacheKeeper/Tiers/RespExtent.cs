namespace CacheKeeper.Tiers;

/// <summary>Tells where so many replies end while their bytes come in, looking at each byte once however they are cut.</summary>
internal struct RespExtent(int replies)
{
    private long _left = replies;

    /// <summary>Bytes known to belong to the replies.</summary>
    public int End { get; private set; }

    /// <summary>So many bytes must be there before more can be told.</summary>
    public int Needed { get; private set; }

    /// <summary>False when more bytes are needed.</summary>
    /// <exception cref="FormatException">These are no replies.</exception>
    public bool TryReach(ReadOnlySpan<byte> bytes)
    {
        while (_left > 0)
        {
            var rest = bytes[End..];
            Needed = bytes.Length + 1;
            if (rest.IsEmpty || !RespText.TryTakeHeader(ref rest, out var kind, out var number, out _))
            {
                return false;
            }

            var follows = RespText.IsBulk(kind) && number >= 0 ? (int)number + 2 : 0;
            if (follows > rest.Length)
            {
                Needed = checked(bytes.Length - rest.Length + follows);
                return false;
            }

            End = bytes.Length - rest.Length + follows;
            _left += (RespText.IsArray(kind) ? Math.Max(0, number) : 0) - 1;
        }

        return true;
    }
}
