namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>Ours and a rival in one run, alternated (ABABA…), the first pairs thrown away.</summary>
internal static class Duel
{
    /// <summary>Rounds that count, after those that warm up.</summary>
    public const int Rounds = 5;

    /// <param name="warmUps">Pairs thrown away: as many as it takes until both sides' code is compiled for good (the keeper is so before it starts, measurements are not).</param>
    public static async Task<(List<T> Ours, List<T> Rival)> FightAsync<T>(Func<Task<T>> ours, Func<Task<T>> rival, int rounds = Rounds, int warmUps = 1)
    {
        var (one, other) = (new List<T>(), new List<T>());
        for (var round = 1 - warmUps; round <= rounds; round++)
        {
            var (mine, theirs) = (await ours(), await rival());
            if (round > 0)
            {
                one.Add(mine);
                other.Add(theirs);
            }
        }

        return (one, other);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>How many entries to measure with: CACHEKEEPER_BENCH_ENTRIES, else a hundred thousand.</summary>
    public static int Entries => int.TryParse(Environment.GetEnvironmentVariable("CACHEKEEPER_BENCH_ENTRIES"), out var entries) ? entries : 100_000;
}
