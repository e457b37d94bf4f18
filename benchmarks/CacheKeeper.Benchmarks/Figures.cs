using System.Text.Json;

namespace CacheKeeper.Benchmarks;

/// <summary>Collects and prints what a measurement found, one JSON line per figure.</summary>
internal sealed class Figures(string measurement, string? data, TextWriter output)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A file of the shared data folder; throws where the folder is absent.</summary>
    public string DataFile(string relative) => Path.Combine(data ?? throw new InvalidOperationException("The shared data folder is not beside this checkout."), relative);

    /// <summary>Prints one figure. <paramref name="must"/> and <paramref name="goal"/> are thresholds in the same unit; higher is better unless told.</summary>
    public void Add(string figure, double value, double? must = null, double? goal = null, bool lowerIsBetter = false, string? note = null)
    {
        bool? Reached(double? level) => level is null ? null : lowerIsBetter ? value <= level : value >= level;
        output.WriteLine(JsonSerializer.Serialize(
            new { measurement, figure, value = Math.Round(value, 5), must, goal, must_reached = Reached(must), goal_reached = Reached(goal), note }, Format));
        output.Flush();
    }

    /// <summary>
    /// Prints ours beside a rival measured in the same run, as the ratio of the medians. A rival whose own runs differ by more than twice says that the
    /// machine was too busy: the figure is then not judged.
    /// </summary>
    public void AddRatio(string figure, IReadOnlyList<double> ours, IReadOnlyList<double> rival, double must, bool lowerIsBetter = false, string? note = null)
    {
        var (mine, theirs) = (Median(ours), Median(rival));
        var (ratio, spread) = (mine / theirs, rival.Max() / rival.Min());
        var judged = spread <= 2;
        bool? reached = judged ? (lowerIsBetter ? ratio <= must : ratio >= must) : null;
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                measurement,
                figure,
                value = Math.Round(ratio, 3),
                must,
                must_reached = reached,
                judged,
                ours = Rounded(mine),
                ours_spread = Math.Round(ours.Max() / ours.Min(), 2),
                rival = Rounded(theirs),
                rival_spread = Math.Round(spread, 2),
                runs = ours.Count,
                note = judged ? note : "not judged: the rival's own runs differ by more than twice",
            },
            Format));
        output.Flush();
    }

    private static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Rounded(double value) => value >= 1000 ? Math.Round(value) : Math.Round(value, 4);
}
