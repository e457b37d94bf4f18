namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Brings each row to mean 0 and variance 1, then scales and shifts it by learned amounts (Ba et al., "Layer Normalization", 2016).</summary>
internal sealed record LayerNorm(float[] Scale, float[] Bias)
{
    private const float Epsilon = 1e-6f;

    /// <summary>Normalizes <paramref name="source"/>, rows as long as the scale, into <paramref name="target"/>.</summary>
    public void Apply(ReadOnlySpan<float> source, Span<float> target)
    {
        var width = Scale.Length;
        for (var start = 0; start < source.Length; start += width)
        {
            Row(source.Slice(start, width), target.Slice(start, width));
        }
    }

    private void Row(ReadOnlySpan<float> source, Span<float> target)
    {
        float sum = 0;
        foreach (var value in source)
        {
            sum += value;
        }

        var mean = sum / source.Length;
        float squares = 0;
        foreach (var value in source)
        {
            squares += (value - mean) * (value - mean);
        }

        var factor = 1 / MathF.Sqrt(squares / source.Length + Epsilon);
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = Scale[i] * factor * (source[i] - mean) + Bias[i];
        }
    }
}
