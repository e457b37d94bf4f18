namespace CacheKeeper.Cleanup.Similarity;

/// <summary>One layer of the sentence encoder: attention among a text's tokens, then a feed-forward step per token, each beside a residual path.</summary>
/// <param name="Adjust">Widens the residual path where the layer's output is wider than its input; null where both are equal.</param>
internal sealed record TransformerLayer(
    LayerNorm AttentionNorm,
    PackedMatrix QueryKeyValue,
    PackedMatrix AttentionOutput,
    PackedMatrix? Adjust,
    LayerNorm ForwardNorm,
    PackedMatrix ForwardIn,
    PackedMatrix ForwardOut)
{
    /// <summary>Runs the layer over the tokens of several texts, one after another in <paramref name="input"/>.</summary>
    /// <param name="ends">For each text the number of tokens up to its end.</param>
    public float[] Run(float[] input, IReadOnlyList<int> ends)
    {
        var tokens = ends.Count == 0 ? 0 : ends[^1];
        var state = Attend(input, ends, tokens);
        var hidden = new float[tokens * ForwardIn.Columns];
        var normal = new float[state.Length];
        ForwardNorm.Apply(state, normal);
        ForwardIn.Multiply(normal, tokens, hidden);
        foreach (ref var value in hidden.AsSpan())
        {
            value = MathF.Max(value, 0);
        }

        ForwardOut.Multiply(hidden, tokens, normal);
        DenseVector.AddScaled(state, normal, 1);
        return state;
    }

    private float[] Attend(float[] input, IReadOnlyList<int> ends, int tokens)
    {
        var width = QueryKeyValue.Rows;
        var normal = new float[tokens * width];
        AttentionNorm.Apply(input.AsSpan(0, normal.Length), normal);
        var wide = new float[tokens * 3 * width];
        QueryKeyValue.Multiply(normal, tokens, wide);
        var begin = 0;
        foreach (var end in ends)
        {
            Attention.Mix(wide.AsSpan(begin * 3 * width, (end - begin) * 3 * width), width, normal.AsSpan(begin * width));
            begin = end;
        }

        var state = new float[tokens * AttentionOutput.Columns];
        AttentionOutput.Multiply(normal, tokens, state);
        DenseVector.AddScaled(state, Residual(input, tokens), 1);
        return state;
    }

    private float[] Residual(float[] input, int tokens)
    {
        if (Adjust is null)
        {
            return input;
        }

        var adjusted = new float[tokens * Adjust.Columns];
        Adjust.Multiply(input, tokens, adjusted);
        return adjusted;
    }
}
