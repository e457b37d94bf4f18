namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Vectors of one length, one after another in one array; each is scaled to length 1 when the set is made.</summary>
internal sealed class VectorSet
{
    private readonly float[] _values;

    /// <param name="values">Owned by the set from now on.</param>
    /// <param name="length">Components of each vector, a multiple of 16.</param>
    public VectorSet(float[] values, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % 16, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % length, 0);
        (_values, Length, Count) = (values, length, values.Length / length);
        Parallel.For(0, Count, i => DenseVector.Normalize(_values.AsSpan(i * length, length)));
    }

    public int Length { get; }

    public int Count { get; }

    public ReadOnlySpan<float> this[int index] => _values.AsSpan(index * Length, Length);

    public ReadOnlySpan<float> Rows(int first, int count) => _values.AsSpan(first * Length, count * Length);

    public float Cosine(int left, int right) => DenseVector.Dot(this[left], this[right]);

    /// <summary>The mean of all vectors.</summary>
    public float[] Mean()
    {
        var mean = new float[Length];
        for (var i = 0; i < Count; i++)
        {
            DenseVector.AddScaled(mean, this[i], 1f / Count);
        }

        return mean;
    }
}
