using System.Numerics;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>
/// Each vector as 512 bits: on which side of 512 random planes it lies. Two bits differ with probability angle ÷ π
/// (Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).
/// </summary>
internal sealed class SignCodes
{
    public const int Bits = 512;

    private const int Words = Bits / 64;
    private const int Chunk = 64;
    private const int Seed = 20261123;

    // Below this cosine of a centred pair at the threshold, centring would cost more recall than it saves work.
    private const double LeastCentredCosine = 0.6;

    private readonly ulong[] _codes;

    public SignCodes(VectorSet vectors, double threshold)
    {
        var mean = vectors.Mean();
        var spread = 1 - DenseVector.Dot(mean, mean);
        var centred = 1 - (1 - threshold) / Math.Max(spread, 1e-6);
        var isCentred = centred >= LeastCentredCosine;
        DifferAtThreshold = Math.Acos(Math.Clamp(isCentred ? centred : threshold, -1, 1)) / Math.PI;
        _codes = new ulong[vectors.Count * Words];
        Fill(vectors, Planes(vectors.Length, isCentred ? mean : null));
    }

    /// <summary>The probability that a bit differs in a pair exactly at the threshold.</summary>
    public double DifferAtThreshold { get; }

    /// <summary>The number of bits in which two codes differ.</summary>
    public int Distance(int left, int right)
    {
        var a = _codes.AsSpan(left * Words, Words);
        var b = _codes.AsSpan(right * Words, Words);
        return BitOperations.PopCount(a[0] ^ b[0]) + BitOperations.PopCount(a[1] ^ b[1]) + BitOperations.PopCount(a[2] ^ b[2]) + BitOperations.PopCount(a[3] ^ b[3])
            + BitOperations.PopCount(a[4] ^ b[4]) + BitOperations.PopCount(a[5] ^ b[5]) + BitOperations.PopCount(a[6] ^ b[6]) + BitOperations.PopCount(a[7] ^ b[7]);
    }

    /// <summary>Some neighbouring bits of a code as a number.</summary>
    public int Key(int index, int firstBit, int bits)
    {
        var word = index * Words + firstBit / 64;
        var shift = firstBit % 64;
        var value = _codes[word] >> shift;
        if (shift + bits > 64)
        {
            value |= _codes[word + 1] << (64 - shift);
        }

        return (int)(value & ((1UL << bits) - 1));
    }

    // Planes through the mean: its projection becomes the threshold of each bit.
    private static PackedMatrix Planes(int length, float[]? mean)
    {
        var random = new Random(Seed);
        var normals = new float[length * Bits];
        for (var i = 0; i < normals.Length; i++)
        {
            normals[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        var offsets = new float[Bits];
        for (var row = 0; mean is not null && row < length; row++)
        {
            DenseVector.AddScaled(offsets, normals.AsSpan(row * Bits, Bits), -mean[row]);
        }

        return new PackedMatrix(normals, length, Bits, offsets);
    }

    // One buffer a thread: fresh ones would be garbage as large as the vectors themselves.
    private void Fill(VectorSet vectors, PackedMatrix planes) => Parallel.For(
        0,
        (vectors.Count + Chunk - 1) / Chunk,
        () => new float[Chunk * Bits],
        (chunk, _, sides) =>
        {
            var first = chunk * Chunk;
            var count = Math.Min(Chunk, vectors.Count - first);
            planes.Multiply(vectors.Rows(first, count), count, sides);
            for (var bit = 0; bit < count * Bits; bit++)
            {
                if (sides[bit] > 0)
                {
                    _codes[first * Words + bit / 64] |= 1UL << bit;
                }
            }

            return sides;
        },
        _ => { });
}
