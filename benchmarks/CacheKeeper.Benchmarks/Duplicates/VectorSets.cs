namespace CacheKeeper.Benchmarks.Duplicates;

/// <summary>Made vectors of three kinds, each with near-duplicates planted around the threshold.</summary>
internal static class VectorSets
{
    public const int Length = 384;

    /// <summary>One vector in so many is a near-duplicate of the one before it.</summary>
    private const int PlantEvery = 20;

    /// <summary>Directions without any structure.</summary>
    public static float[] Gaussian(int count, int seed) => Make(count, seed, (random, vector, _) => Fill(random, vector, 1));

    /// <summary>Topics of about a hundred texts each, as real embeddings have: within a topic the cosine is 0.5 to 0.85.</summary>
    public static float[] Clustered(int count, int seed)
    {
        var topics = Math.Max(count / 100, 1);
        var centres = new float[topics * Length];
        Fill(new Random(seed + 1), centres, 1);
        return Make(count, seed, (random, vector, index) =>
        {
            var topic = random.Next(topics);
            var share = 0.5f + 0.35f * (topic % 97) / 96;
            Fill(random, vector, MathF.Sqrt(1 - share));
            for (var i = 0; i < Length; i++)
            {
                vector[i] += MathF.Sqrt(share) * centres[topic * Length + i];
            }
        });
    }

    /// <summary>Topics that moreover all lean one way: any two texts have a cosine of about 0.4.</summary>
    public static float[] Crowded(int count, int seed)
    {
        var values = Clustered(count, seed);
        var lean = new float[Length];
        Fill(new Random(seed + 2), lean, MathF.Sqrt(0.4f / 0.6f));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += lean[i % Length];
        }

        return values;
    }

    private delegate void Draw(Random random, Span<float> vector, int index);

    private static float[] Make(int count, int seed, Draw draw)
    {
        var random = new Random(seed);
        var values = new float[count * Length];
        Span<float> noise = stackalloc float[Length];
        for (var i = 0; i < count; i++)
        {
            var vector = values.AsSpan(i * Length, Length);
            draw(random, vector, i);
            if (i % PlantEvery == PlantEvery - 1)
            {
                Plant(random, values.AsSpan((i - 1) * Length, Length), vector, noise);
            }
        }

        return values;
    }

    // A cosine of 0.90 to 0.99 with the vector before.
    private static void Plant(Random random, ReadOnlySpan<float> original, Span<float> copy, Span<float> noise)
    {
        var cosine = 0.90f + 0.09f * random.NextSingle();
        Fill(random, noise, MathF.Sqrt(1 / (cosine * cosine) - 1));
        for (var i = 0; i < Length; i++)
        {
            copy[i] = original[i] + noise[i];
        }
    }

    private static void Fill(Random random, Span<float> vector, float deviation)
    {
        foreach (ref var value in vector)
        {
            value = deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }
}
