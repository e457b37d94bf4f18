using System.CommandLine;
using System.Globalization;
using CacheKeeper.Optimization.Curves;
using CacheKeeper.Optimization.Simulation;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer simulate TRACE</c>: what each eviction policy would have reached on a trace, the keeper's own among them.</summary>
internal static class OptimizerSimulateCommand
{
    private static readonly Argument<string> Trace = new("TRACE") { Description = "Access trace: CSV with the header key, t,key or t,key,size; gzip and '-' are read too" };
    private static readonly Option<string> Capacity = new("--capacity") { Description = "Entries the cache holds: a share of the unique keys (10% or 0.1) or a number", DefaultValueFactory = _ => "10%" };

    private static readonly double[] CurveShares = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

    public static Command Create()
    {
        var command = new Command("simulate", "Replays an access trace through eviction policies, and says how small the cache can be") { Trace, Capacity };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(Trace), parsed.GetRequiredValue(Capacity), parsed.GetValue(CommonOptions.Json)));
        return command;
    }

    private static int Run(string path, string capacityText, bool json)
    {
        var trace = TraceStore.Read(path);
        var capacity = Entries(capacityText, trace.UniqueKeys);
        var policies = CacheSimulator.Run(trace.Keys, trace.UniqueKeys, capacity);
        var curve = Curve(trace.Keys, trace.UniqueKeys);
        if (json)
        {
            TerminalHost.Json(new { Requests = trace.Keys.Length, trace.UniqueKeys, Capacity = capacity, Policies = policies, Curve = curve });
            return ExitCode.Done;
        }

        TerminalHost.Say($"{trace.Keys.Length} requests for {trace.UniqueKeys} keys, a cache of {capacity} entries");
        foreach (var policy in policies)
        {
            TerminalHost.Say(string.Create(CultureInfo.InvariantCulture, $"  {policy.Name,-12} {policy.HitRatio * 100,6:0.00} %"));
        }

        TerminalHost.Say("Least recently used, by size (90 % interval)");
        foreach (var point in curve)
        {
            TerminalHost.Say(string.Create(CultureInfo.InvariantCulture, $"  {point.Capacity,12} {point.HitRatio * 100,6:0.0} %  ({point.Lower90 * 100:0.0}–{point.Upper90 * 100:0.0})"));
        }

        return ExitCode.Done;
    }

    // From a sample of the keys, as it is drawn in production where the whole history is never at hand.
    private static IReadOnlyList<CurvePoint> Curve(int[] keys, int uniqueKeys)
    {
        var sampled = new SampledCurve(new CurvePolicy());
        foreach (var key in keys)
        {
            sampled.Add(key);
        }

        return sampled.Points([.. CurveShares.Select(share => Math.Max(1, (int)(uniqueKeys * share))).Distinct()], uniqueKeys);
    }

    // "10%" and "0.1" are shares of the unique keys; "1000" is a number of entries.
    private static int Entries(string text, int uniqueKeys)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var entries) && entries >= 1)
        {
            return entries;
        }

        return Share.Parse(text) is { } share and > 0 and <= 1
            ? Math.Max(1, (int)(uniqueKeys * share))
            : throw KeeperException.Usage($"--capacity takes a share such as 10% or a number of entries, not '{text}'.");
    }
}
