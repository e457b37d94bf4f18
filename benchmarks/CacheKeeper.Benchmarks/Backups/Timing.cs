using System.Diagnostics;
using System.Globalization;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>Times in seconds, and how they are told.</summary>
internal static class Timing
{
    public static async Task<double> OfAsync(Func<Task> work)
    {
        var begun = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    public static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    public static string Spread(List<double> ours, List<double> theirs) => string.Create(CultureInfo.InvariantCulture, $"ours {ours.Min():0.00}-{ours.Max():0.00} s, theirs {theirs.Min():0.00}-{theirs.Max():0.00} s, {ours.Count} rounds");
}
