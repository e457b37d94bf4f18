using System.Buffers;
using System.Buffers.Binary;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Writes a detector's state as little-endian bytes; arrays that are mostly zero cost only what is not.</summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 14);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    public void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes runs: zeros to skip, values that follow, the values; ends with an empty run.</summary>
    public void WriteSparse(ReadOnlySpan<double> values)
    {
        var at = 0;
        while (at < values.Length)
        {
            var begin = at;
            while (begin < values.Length && values[begin] == 0)
            {
                begin++;
            }

            var end = begin;
            while (end < values.Length && values[end] != 0)
            {
                end++;
            }

            Write(begin - at);
            Write(end - begin);
            foreach (var value in values[begin..end])
            {
                Write(value);
            }

            at = end;
        }
    }
}
