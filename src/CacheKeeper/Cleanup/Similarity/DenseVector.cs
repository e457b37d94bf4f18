using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Arithmetic on vectors of floats, as wide as the machine's registers allow.</summary>
internal static class DenseVector
{
    /// <summary>The dot product of two vectors of equal length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var (low, high) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var i = 0;
        for (; i + 32 <= left.Length; i += 32)
        {
            low = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i), low);
            high = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, (nuint)i + 16), Vector512.LoadUnsafe(ref b, (nuint)i + 16), high);
        }

        var sum = Vector512.Sum(low + high);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>Adds <paramref name="factor"/> × <paramref name="source"/> to <paramref name="target"/>.</summary>
    public static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        var added = MemoryMarshal.Cast<float, Vector<float>>(source);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += added[i] * factor;
        }

        for (var i = wide.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>Scales to length 1; leaves a vector of zeros as it is.</summary>
    public static void Normalize(Span<float> vector)
    {
        var squares = Dot(vector, vector);
        if (squares > 0)
        {
            var factor = 1 / MathF.Sqrt(squares);
            foreach (ref var value in vector)
            {
                value *= factor;
            }
        }
    }
}
