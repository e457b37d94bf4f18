using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Compares every pair of vectors, sixteen at a time in registers, in tiles that stay in the cache.</summary>
internal static class ExactJoin
{
    private const int Block = 4;
    private const int Tile = 128;

    public static NearPairs Find(VectorSet vectors, float threshold, int mostPairs)
    {
        var sink = new PairSink(mostPairs);
        var tiles = (vectors.Count + Tile - 1) / Tile;
        Parallel.For(0, tiles, row =>
        {
            var found = new List<NearPair>();
            for (var column = row; column < tiles && !sink.IsFull; column++)
            {
                JoinTiles(vectors, row * Tile, column * Tile, threshold, found);
                sink.Add(found);
            }
        });
        return new NearPairs(sink.Sorted(), sink.IsFull);
    }

    private static void JoinTiles(VectorSet vectors, int first, int second, float threshold, List<NearPair> found)
    {
        var (firstEnd, secondEnd) = (Math.Min(first + Tile, vectors.Count), Math.Min(second + Tile, vectors.Count));
        Span<float> cosines = stackalloc float[Block * Block];
        for (var left = first; left < firstEnd; left += Block)
        {
            for (var right = Math.Max(second, left); right < secondEnd; right += Block)
            {
                var (rows, columns) = (Math.Min(Block, firstEnd - left), Math.Min(Block, secondEnd - right));
                if (rows == Block && columns == Block)
                {
                    Sixteen(vectors.Rows(left, Block), vectors.Rows(right, Block), vectors.Length, cosines);
                }
                else
                {
                    Few(vectors, (left, rows), (right, columns), cosines);
                }

                Collect(cosines, (left, rows), (right, columns), threshold, found);
            }
        }
    }

    private static void Collect(ReadOnlySpan<float> cosines, (int First, int Count) left, (int First, int Count) right, float threshold, List<NearPair> found)
    {
        for (var i = 0; i < left.Count; i++)
        {
            for (var j = 0; j < right.Count; j++)
            {
                if (cosines[i * Block + j] >= threshold && left.First + i < right.First + j)
                {
                    found.Add(new NearPair(left.First + i, right.First + j, cosines[i * Block + j]));
                }
            }
        }
    }

    private static void Few(VectorSet vectors, (int First, int Count) left, (int First, int Count) right, Span<float> cosines)
    {
        for (var i = 0; i < left.Count; i++)
        {
            for (var j = 0; j < right.Count; j++)
            {
                cosines[i * Block + j] = vectors.Cosine(left.First + i, right.First + j);
            }
        }
    }

    // Sixteen sums stay in registers, so that each number loaded is used four times.
    private static void Sixteen(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int length, Span<float> cosines)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        for (var k = 0; k < length; k += 16)
        {
            var b0 = Vector512.LoadUnsafe(ref b, (nuint)k);
            var b1 = Vector512.LoadUnsafe(ref b, (nuint)(length + k));
            var b2 = Vector512.LoadUnsafe(ref b, (nuint)(2 * length + k));
            var b3 = Vector512.LoadUnsafe(ref b, (nuint)(3 * length + k));
            var a0 = Vector512.LoadUnsafe(ref a, (nuint)k);
            (s00, s01, s02, s03) = (Fma(a0, b0, s00), Fma(a0, b1, s01), Fma(a0, b2, s02), Fma(a0, b3, s03));
            var a1 = Vector512.LoadUnsafe(ref a, (nuint)(length + k));
            (s10, s11, s12, s13) = (Fma(a1, b0, s10), Fma(a1, b1, s11), Fma(a1, b2, s12), Fma(a1, b3, s13));
            var a2 = Vector512.LoadUnsafe(ref a, (nuint)(2 * length + k));
            (s20, s21, s22, s23) = (Fma(a2, b0, s20), Fma(a2, b1, s21), Fma(a2, b2, s22), Fma(a2, b3, s23));
            var a3 = Vector512.LoadUnsafe(ref a, (nuint)(3 * length + k));
            (s30, s31, s32, s33) = (Fma(a3, b0, s30), Fma(a3, b1, s31), Fma(a3, b2, s32), Fma(a3, b3, s33));
        }

        Sum(cosines, s00, s01, s02, s03);
        Sum(cosines[4..], s10, s11, s12, s13);
        Sum(cosines[8..], s20, s21, s22, s23);
        Sum(cosines[12..], s30, s31, s32, s33);
    }

    private static Vector512<float> Fma(Vector512<float> left, Vector512<float> right, Vector512<float> sum) => Vector512.FusedMultiplyAdd(left, right, sum);

    private static void Sum(Span<float> target, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3) =>
        (target[0], target[1], target[2], target[3]) = (Vector512.Sum(s0), Vector512.Sum(s1), Vector512.Sum(s2), Vector512.Sum(s3));
}
