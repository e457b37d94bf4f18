using System.Runtime.InteropServices;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// Cuts lines into chunks at places that the lines themselves name, so that lines which come or go in one place leave the chunks elsewhere as they
/// were. A chunk has at least half and at most twice the usual size; a single longer line makes a longer one.
/// </summary>
internal sealed class ChunkCutter(int usualBytes)
{
    private readonly int _least = usualBytes / 2;
    private readonly int _most = usualBytes * 2;
    private RentedBytes? _chunk;

    public long Bytes { get; private set; }

    public long Lines { get; private set; }

    /// <summary>Takes whole lines, copied before the next chunk is given; gives the chunks that are full, which the caller disposes.</summary>
    public IEnumerable<RentedBytes> Add(ReadOnlyMemory<byte> lines)
    {
        while (lines.Length > 0)
        {
            var length = lines.Span.IndexOf((byte)'\n') + 1;
            var line = lines[..(length == 0 ? lines.Length : length)];
            if (_chunk is { Length: > 0 } full && full.Length + line.Length > _most)
            {
                _chunk = null;
                yield return full;
            }

            _chunk ??= new RentedBytes(_most);
            _chunk.Append(line.Span);
            (Bytes, Lines) = (Bytes + line.Length, Lines + 1);
            if (_chunk is { } cut && cut.Length >= _least && IsBorder(line.Span))
            {
                _chunk = null;
                yield return cut;
            }

            lines = lines[line.Length..];
        }
    }

    /// <summary>What is left; null when nothing is.</summary>
    public RentedBytes? Rest()
    {
        var rest = _chunk;
        _chunk = null;
        return rest;
    }

    // About one line in so many that chunks reach their usual size half a size after the least one, whatever a line's length is.
    private bool IsBorder(ReadOnlySpan<byte> line) => Mix(line) % (ulong)_least < (ulong)line.Length;

    // Fast and even; nothing hangs on it but where chunks end.
    private static ulong Mix(ReadOnlySpan<byte> line)
    {
        var hash = (ulong)line.Length * 0x9E3779B97F4A7C15;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(line))
        {
            hash = System.Numerics.BitOperations.RotateLeft((hash ^ word) * 0xBF58476D1CE4E5B9, 31);
        }

        foreach (var letter in line[(line.Length / sizeof(ulong) * sizeof(ulong))..])
        {
            hash = (hash ^ letter) * 0x94D049BB133111EB;
        }

        return hash ^ (hash >> 29);
    }
}
