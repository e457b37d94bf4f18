using System.Buffers;

namespace CacheKeeper.Tiers;

/// <summary>The bytes of an answer, in a buffer that is lent until they are disposed. Large answers have one of their own: the pool would keep twice their size.</summary>
internal sealed class RespAnswer(int atLeast) : IDisposable
{
    private const int LargeBytes = 1 << 20;
    private byte[] _bytes = Rent(atLeast);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Room behind what is there, making the buffer larger where it must be.</summary>
    public Memory<byte> Room(int atLeast)
    {
        if (atLeast > _bytes.Length)
        {
            var larger = Rent(Math.Max(atLeast, _bytes.Length < LargeBytes ? _bytes.Length * 2 : 0));
            Memory.CopyTo(larger);
            Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsMemory(Length);
    }

    /// <summary>So many bytes were written into the room.</summary>
    public void Grow(int by) => Length += by;

    /// <summary>Takes what stands behind the end off.</summary>
    public ReadOnlySpan<byte> Cut(int end)
    {
        var rest = _bytes.AsSpan(end, Length - end);
        Length = end;
        return rest;
    }

    public void Dispose()
    {
        Return(Interlocked.Exchange(ref _bytes, []));
        Length = 0;
    }

    private static byte[] Rent(int atLeast) => atLeast > LargeBytes ? GC.AllocateUninitializedArray<byte>(atLeast) : ArrayPool<byte>.Shared.Rent(atLeast);

    private static void Return(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= LargeBytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
