namespace CacheKeeper.Cleanup.Similarity;

/// <summary>How many hash tables of how many bits find the pairs of a join at least cost.</summary>
internal readonly record struct TablePlan(int Tables, int Bits)
{
    private const int FewestBits = 6;
    private const int MostBits = 20;

    // Looking up one neighbouring bucket costs about as much as comparing so many codes.
    private const double BucketCost = 2;

    /// <param name="differ">The probability that a bit differs in a pair at the threshold.</param>
    public static TablePlan For(int count, double differ, double recall)
    {
        var (best, least) = (new TablePlan(SignCodes.Bits / FewestBits, FewestBits), double.PositiveInfinity);
        for (var bits = FewestBits; bits <= MostBits; bits++)
        {
            // A table finds a pair when at most one of its bits differs: neighbouring buckets are looked at too.
            var found = Math.Pow(1 - differ, bits) + bits * differ * Math.Pow(1 - differ, bits - 1);
            var tables = (int)Math.Ceiling(Math.Log(1 - recall) / Math.Log(1 - found));
            var cost = tables * (count * (double)count / 2 * (bits + 1) / Math.Pow(2, bits) + (double)count * bits * BucketCost);
            if (tables * bits <= SignCodes.Bits && cost < least)
            {
                (best, least) = (new TablePlan(Math.Max(tables, 1), bits), cost);
            }
        }

        return best;
    }
}
