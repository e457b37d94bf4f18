namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Four-headed self-attention of one text's tokens (Vaswani et al., "Attention Is All You Need", 2017, section 3.2).</summary>
internal static class Attention
{
    private const int Heads = 4;

    /// <summary>
    /// Mixes the tokens of one text. A row of <paramref name="queriesKeysValues"/> holds query, key and value side by side, each <paramref name="width"/> long.
    /// </summary>
    public static void Mix(ReadOnlySpan<float> queriesKeysValues, int width, Span<float> result)
    {
        var tokens = queriesKeysValues.Length / (3 * width);
        var size = width / Heads;
        Span<float> weights = tokens <= 256 ? stackalloc float[tokens] : new float[tokens];
        for (var head = 0; head < Heads; head++)
        {
            for (var token = 0; token < tokens; token++)
            {
                var query = queriesKeysValues.Slice(token * 3 * width + head * size, size);
                Weigh(queriesKeysValues, query, width, head * size, weights);
                Gather(queriesKeysValues, weights, width, head * size, result.Slice(token * width + head * size, size));
            }
        }
    }

    // Softmax of the scaled dot products with each token's key.
    private static void Weigh(ReadOnlySpan<float> rows, ReadOnlySpan<float> query, int width, int offset, Span<float> weights)
    {
        var scale = 1 / MathF.Sqrt(query.Length);
        var highest = float.NegativeInfinity;
        for (var other = 0; other < weights.Length; other++)
        {
            var key = rows.Slice(other * 3 * width + width + offset, query.Length);
            weights[other] = scale * DenseVector.Dot(query, key);
            highest = MathF.Max(highest, weights[other]);
        }

        float sum = 0;
        foreach (ref var weight in weights)
        {
            weight = MathF.Exp(weight - highest);
            sum += weight;
        }

        foreach (ref var weight in weights)
        {
            weight /= sum;
        }
    }

    private static void Gather(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, int width, int offset, Span<float> target)
    {
        target.Clear();
        for (var other = 0; other < weights.Length; other++)
        {
            DenseVector.AddScaled(target, rows.Slice(other * 3 * width + 2 * width + offset, target.Length), weights[other]);
        }
    }
}
