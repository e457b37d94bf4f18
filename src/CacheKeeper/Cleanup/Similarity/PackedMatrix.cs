using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>A matrix laid out in panels of 32 columns, so that multiplying by it streams through memory.</summary>
internal sealed class PackedMatrix
{
    private const int Panel = 32;
    private const int Half = Panel / 2;
    private const int Block = 4;

    private readonly float[] _panels;
    private readonly float[] _bias;

    /// <param name="values">Row by row: <paramref name="rows"/> × <paramref name="columns"/> numbers; the columns a multiple of 32.</param>
    public PackedMatrix(ReadOnlySpan<float> values, int rows, int columns, ReadOnlySpan<float> bias)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, rows * columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % Panel, 0);
        (Rows, Columns, _bias) = (rows, columns, bias.ToArray());
        _panels = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var panel = 0; panel < columns / Panel; panel++)
            {
                values.Slice(row * columns + panel * Panel, Panel).CopyTo(_panels.AsSpan((panel * rows + row) * Panel));
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary><paramref name="result"/> = <paramref name="left"/> × this + bias, for <paramref name="count"/> rows.</summary>
    public void Multiply(ReadOnlySpan<float> left, int count, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(left.Length, count * Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, count * Columns);
        for (var column = 0; column < Columns; column += Panel)
        {
            var panel = _panels.AsSpan(column * Rows, Rows * Panel);
            var row = 0;
            for (; row + Block <= count; row += Block)
            {
                FourRows(left.Slice(row * Rows, Block * Rows), panel, column, result[(row * Columns)..]);
            }

            for (; row < count; row++)
            {
                OneRow(left.Slice(row * Rows, Rows), panel, column, result[(row * Columns)..]);
            }
        }
    }

    // Eight sums stay in registers; without 512-bit registers the runtime splits each in two.
    private void FourRows(ReadOnlySpan<float> left, ReadOnlySpan<float> panel, int column, Span<float> result)
    {
        ref var weights = ref MemoryMarshal.GetReference(panel);
        var biasLow = Vector512.Create<float>(_bias.AsSpan(column, Half));
        var biasHigh = Vector512.Create<float>(_bias.AsSpan(column + Half, Half));
        var (a0, b0, a1, b1) = (biasLow, biasHigh, biasLow, biasHigh);
        var (a2, b2, a3, b3) = (biasLow, biasHigh, biasLow, biasHigh);
        var row0 = left[..Rows];
        var row1 = left.Slice(Rows, Rows);
        var row2 = left.Slice(2 * Rows, Rows);
        var row3 = left.Slice(3 * Rows, Rows);
        for (var k = 0; k < Rows; k++)
        {
            var low = Vector512.LoadUnsafe(ref weights, (nuint)(k * Panel));
            var high = Vector512.LoadUnsafe(ref weights, (nuint)(k * Panel + Half));
            var value = Vector512.Create(row0[k]);
            (a0, b0) = (Vector512.FusedMultiplyAdd(value, low, a0), Vector512.FusedMultiplyAdd(value, high, b0));
            value = Vector512.Create(row1[k]);
            (a1, b1) = (Vector512.FusedMultiplyAdd(value, low, a1), Vector512.FusedMultiplyAdd(value, high, b1));
            value = Vector512.Create(row2[k]);
            (a2, b2) = (Vector512.FusedMultiplyAdd(value, low, a2), Vector512.FusedMultiplyAdd(value, high, b2));
            value = Vector512.Create(row3[k]);
            (a3, b3) = (Vector512.FusedMultiplyAdd(value, low, a3), Vector512.FusedMultiplyAdd(value, high, b3));
        }

        Store(a0, b0, result[column..]);
        Store(a1, b1, result[(Columns + column)..]);
        Store(a2, b2, result[(2 * Columns + column)..]);
        Store(a3, b3, result[(3 * Columns + column)..]);
    }

    private void OneRow(ReadOnlySpan<float> left, ReadOnlySpan<float> panel, int column, Span<float> result)
    {
        ref var weights = ref MemoryMarshal.GetReference(panel);
        var low = Vector512.Create<float>(_bias.AsSpan(column, Half));
        var high = Vector512.Create<float>(_bias.AsSpan(column + Half, Half));
        for (var k = 0; k < left.Length; k++)
        {
            var value = Vector512.Create(left[k]);
            low = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref weights, (nuint)(k * Panel)), low);
            high = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref weights, (nuint)(k * Panel + Half)), high);
        }

        Store(low, high, result[column..]);
    }

    private static void Store(Vector512<float> low, Vector512<float> high, Span<float> target)
    {
        low.CopyTo(target);
        high.CopyTo(target[Half..]);
    }
}
