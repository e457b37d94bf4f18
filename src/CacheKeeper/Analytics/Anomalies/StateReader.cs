using System.Buffers.Binary;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Reads what <see cref="StateWriter"/> wrote; throws <see cref="FormatException"/> on bytes that are not whole.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public void ReadSparse(Span<double> values)
    {
        values.Clear();
        var at = 0;
        while (at < values.Length)
        {
            var (zeros, known) = (ReadInt32(), ReadInt32());
            if (zeros < 0 || known < 0 || zeros + known == 0 || at + zeros + known > values.Length)
            {
                throw new FormatException("The stored state of the detector does not fit its policy.");
            }

            at += zeros;
            for (var end = at + known; at < end; at++)
            {
                values[at] = ReadDouble();
            }
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            throw new FormatException("The stored state of the detector ends early.");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
