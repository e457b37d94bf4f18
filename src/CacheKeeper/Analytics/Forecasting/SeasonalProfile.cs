namespace CacheKeeper.Analytics.Forecasting;

/// <summary>
/// What each position of a season usually holds: a robust mean over the last cycles, the recent ones weighing more,
/// so that one holiday or one incident does not become next week's forecast.
/// </summary>
internal sealed record SeasonalProfile(double[] Values, double[] Residuals, double Noise)
{
    /// <summary>The profile of the last <paramref name="cycles"/> seasons and what each of their values is away from the profile of the other cycles.</summary>
    public static SeasonalProfile Of(double[] values, int season, int cycles, double decay)
    {
        cycles = Math.Min(cycles, values.Length / season);
        var start = values.Length - (cycles * season);
        var noise = Robust.NoiseAt(values, season, start);
        var profile = new double[season];
        var residuals = new double[cycles * season];
        for (var position = 0; position < season; position++)
        {
            var cell = new double[cycles];
            for (var cycle = 0; cycle < cycles; cycle++)
            {
                cell[cycle] = values[start + (cycle * season) + position];
            }

            profile[position] = Robust.Location(cell, Recency(cycles, cycles - 1, decay), noise);
            for (var cycle = 0; cycle < cycles; cycle++)
            {
                residuals[(cycle * season) + position] = cell[cycle] - WithoutCycle(cell, cycle, decay, noise);
            }
        }

        return new(profile, residuals, noise);
    }

    /// <summary>The profile repeated over the horizon, the first forecast being its first position.</summary>
    public double[] Repeat(int horizon)
    {
        var forecast = new double[horizon];
        for (var i = 0; i < horizon; i++)
        {
            forecast[i] = Values[i % Values.Length];
        }

        return forecast;
    }

    private static double WithoutCycle(double[] cell, int cycle, double decay, double noise)
    {
        var weights = Recency(cell.Length, cycle, decay);
        weights[cycle] = 0;
        return cell.Length == 1 ? cell[0] : Robust.Location(cell, weights, noise);
    }

    private static double[] Recency(int cycles, int from, double decay)
    {
        var weights = new double[cycles];
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            weights[cycle] = Math.Pow(decay, Math.Abs(from - cycle));
        }

        return weights;
    }
}
