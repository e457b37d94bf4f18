namespace CacheKeeper.Analytics.Forecasting;

/// <summary>The best models of a back-test and their voices; they agree on a weighted median, so that one that runs away is not followed.</summary>
/// <param name="Members">Indexes into the back-test's models, the best first.</param>
/// <param name="Voices">Their shares, adding up to 1.</param>
internal sealed record Combination(int[] Members, double[] Voices)
{
    public static Combination Of(double[] errors, int members, double power)
    {
        var best = Enumerable.Range(0, errors.Length).OrderBy(model => errors[model]).Take(members).ToArray();
        var least = errors[best[0]];
        var voices = Array.ConvertAll(best, model => errors[model] <= least ? 1 : Math.Pow(least / errors[model], power));
        var total = voices.Sum();
        return new(best, Array.ConvertAll(voices, voice => voice / total));
    }

    public double[] Agree(IReadOnlyList<double[]> forecasts)
    {
        var agreed = new double[forecasts[Members[0]].Length];
        var said = new double[Members.Length];
        for (var i = 0; i < agreed.Length; i++)
        {
            for (var member = 0; member < said.Length; member++)
            {
                said[member] = forecasts[Members[member]][i];
            }

            agreed[i] = Robust.WeightedMedian(said, Voices);
        }

        return agreed;
    }
}
