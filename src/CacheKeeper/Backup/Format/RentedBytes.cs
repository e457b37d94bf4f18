using System.Buffers;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// Bytes in a buffer borrowed from the process's pool, given back when disposed. Chunks are large: made anew each time, a backup of a gigabyte would have the
/// runtime clear and collect several.
/// </summary>
internal sealed class RentedBytes(int capacity) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> more)
    {
        if (Length + more.Length > _buffer.Length)
        {
            Grow(Length + more.Length);
        }

        more.CopyTo(_buffer.AsSpan(Length));
        Length += more.Length;
    }

    /// <summary>Takes the first bytes of the buffer as the content, to be written by the caller.</summary>
    public Memory<byte> Take(int length)
    {
        Length = length <= _buffer.Length ? length : throw new ArgumentOutOfRangeException(nameof(length));
        return _buffer.AsMemory(0, length);
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        Length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, _buffer.Length * 2));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
