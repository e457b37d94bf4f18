namespace CacheKeeper.Cleanup.Similarity;

/// <summary>
/// Turns a text into 512 numbers that lie close together for texts of one meaning: a native run of Universal Sentence Encoder Lite
/// (Cer et al., "Universal Sentence Encoder", 2018) on its published weights.
/// </summary>
internal sealed class SentenceEncoder(EncoderWeights weights)
{
    /// <summary>The number of components of a vector.</summary>
    public const int Length = 512;

    // The model reads so many pieces of a text and ignores the rest.
    private const int MostTokens = 128;

    // So many tokens are multiplied at once: enough to use each weight often, few enough to stay in the cache.
    private const int BatchTokens = 256;

    private readonly UnigramTokenizer _tokenizer = new(weights.Vocabulary);

    /// <summary>The pieces of a text as the model sees them.</summary>
    public int[] Tokens(string text) => _tokenizer.Encode(text, MostTokens);

    /// <summary>The vectors of some texts, of length 1 each; all zeros for an empty text.</summary>
    public float[][] Encode(IReadOnlyList<string> texts)
    {
        var vectors = new float[texts.Count][];
        var batches = Batches([.. texts.Select(Tokens)]);
        Parallel.ForEach(batches, batch => EncodeBatch(batch).CopyTo(vectors.AsSpan(batch.First)));
        return vectors;
    }

    private static List<Batch> Batches(int[][] tokens)
    {
        var batches = new List<Batch>();
        var first = 0;
        while (first < tokens.Length)
        {
            var (count, sum) = (0, 0);
            while (first + count < tokens.Length && (count == 0 || sum + tokens[first + count].Length <= BatchTokens))
            {
                sum += tokens[first + count++].Length;
            }

            batches.Add(new Batch(first, tokens[first..(first + count)]));
            first += count;
        }

        return batches;
    }

    private float[][] EncodeBatch(Batch batch)
    {
        var ends = new int[batch.Tokens.Length];
        var total = 0;
        for (var text = 0; text < ends.Length; text++)
        {
            ends[text] = total += batch.Tokens[text].Length;
        }

        var state = Embed(batch.Tokens, total);
        foreach (var layer in weights.Layers)
        {
            state = layer.Run(state, ends);
        }

        return Conclude(state, ends);
    }

    // The published graph adds the embedding twice (once beside the position signal, once as itself).
    private float[] Embed(int[][] texts, int total)
    {
        var width = weights.Embedding.Length / weights.EmbeddingRows;
        var state = new float[total * width];
        var row = 0;
        foreach (var tokens in texts)
        {
            for (var position = 0; position < tokens.Length; position++, row++)
            {
                var target = state.AsSpan(row * width, width);
                DenseVector.AddScaled(target, weights.Embedding.AsSpan(tokens[position] * width, width), 2);
                AddPosition(target, position);
            }
        }

        return state;
    }

    private void AddPosition(Span<float> target, int position)
    {
        var half = weights.Frequencies.Length;
        for (var i = 0; i < half; i++)
        {
            target[i] += MathF.Sin(position * weights.Frequencies[i]);
            target[half + i] += MathF.Cos(position * weights.Frequencies[i]);
        }
    }

    // Mean of the tokens, one tanh layer, length 1.
    private float[][] Conclude(float[] state, int[] ends)
    {
        var vectors = new float[ends.Length][];
        var mean = new float[Length];
        var begin = 0;
        for (var text = 0; text < ends.Length; begin = ends[text++])
        {
            vectors[text] = new float[Length];
            if (ends[text] > begin)
            {
                Mean(state.AsSpan(begin * Length, (ends[text] - begin) * Length), mean);
                weights.Hidden.Multiply(mean, 1, vectors[text]);
                Squash(vectors[text]);
            }
        }

        return vectors;
    }

    private static void Mean(ReadOnlySpan<float> rows, Span<float> mean)
    {
        mean.Clear();
        for (var start = 0; start < rows.Length; start += Length)
        {
            DenseVector.AddScaled(mean, rows.Slice(start, Length), (float)Length / rows.Length);
        }
    }

    private static void Squash(Span<float> vector)
    {
        foreach (ref var value in vector)
        {
            value = MathF.Tanh(value);
        }

        DenseVector.Normalize(vector);
    }

    private sealed record Batch(int First, int[][] Tokens);
}
