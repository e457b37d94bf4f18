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
}
