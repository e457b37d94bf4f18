using CacheKeeper.Client;

namespace CacheKeeper.Metrics;

/// <summary>
/// How alike what is stored is: of a sample of texts, the similarity of each to its nearest neighbour in the sample, as its 10th and 90th percentile.
/// A low spread at the top means that everything looks alike to a search by similarity; a low one at the bottom, that nothing does.
/// </summary>
internal sealed record ScoreSpread(double Low, double High)
{
    private const int Least = 3;
    private const double LowAt = 0.1;
    private const double HighAt = 0.9;

    public double Spread => High - Low;

    /// <summary>Of the texts that hold a letter or a digit; null for fewer than three, of which nothing can be said.</summary>
    public static ScoreSpread? Of(IEnumerable<string> texts) => OfVectors([.. texts.Select(TextVector.Of).Where(vector => vector.AsSpan().ContainsAnyExcept(0f))]);

    /// <summary>Of vectors of length 1.</summary>
    public static ScoreSpread? OfVectors(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Count < Least)
        {
            return null;
        }

        var nearest = Nearest(vectors);
        Array.Sort(nearest);
        return new ScoreSpread(At(nearest, LowAt), At(nearest, HighAt));
    }

    private static double[] Nearest(IReadOnlyList<float[]> vectors)
    {
        var nearest = new double[vectors.Count];
        Array.Fill(nearest, -1);
        for (var one = 0; one < vectors.Count; one++)
        {
            for (var other = one + 1; other < vectors.Count; other++)
            {
                double similarity = TextVector.Cosine(vectors[one], vectors[other]);
                nearest[one] = Math.Max(nearest[one], similarity);
                nearest[other] = Math.Max(nearest[other], similarity);
            }
        }

        return nearest;
    }

    // Between the two closest ranks, in proportion.
    private static double At(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (below, above) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
