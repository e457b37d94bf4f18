using System.Globalization;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Sandbox.Traffic;

namespace CacheKeeper.Sandbox;

/// <summary>What the command line asks for.</summary>
internal sealed record SandboxOptions
{
    public const string Usage = """
        cachekeeper-sandbox --data DIR [--load FILE.tsv[.gz]] [--traffic TRACE.csv[.gz]] [options]

        Starts PostgreSQL, Redis behind an Upstash-compatible front, and a Mem0-compatible server on loopback ports; prints one JSON line
        with their addresses when all are ready; ends all of them on SIGTERM or Ctrl-C.

          --data DIR        where everything is kept; the next start finds it again, with the same ports where they are free
          --load FILE       fill all three tiers: the first column of each line is a question (header line)
          --traffic TRACE   replay an access trace (key | t,key | t,key,size): key i asks the i-th loaded question
          --sample          made-up questions and traffic in place of both
          --speed N|max     how many times faster than the trace's clock (max)
          --for DURATION    replay again and again for so long (once)
          --schema 1|2      which form of the table cache_entries (2)
          --seed N          of the mix that --load makes (20261123)
          --fast            no fsync: for tests
          --once            end after the traffic
        """;

    private static readonly string[] Flags = ["--fast", "--once", "--sample", "--help"];

    public required string Data { get; init; }

    public string? Load { get; init; }

    public string? Traffic { get; init; }

    /// <summary>Questions and traffic are made up.</summary>
    public bool Sample { get; init; }

    public ReplaySettings Replay { get; init; } = new();

    public int Schema { get; init; } = 2;

    public int? Seed { get; init; }

    public bool Fast { get; init; }

    public bool Once { get; init; }

    /// <summary>The options, or the sentence that says what is wrong with them.</summary>
    public static (SandboxOptions? Options, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var given = new Dictionary<string, string>();
        for (var at = 0; at < args.Count; at++)
        {
            var flag = Flags.Contains(args[at]);
            if (!flag && (!Known.Contains(args[at]) || at + 1 == args.Count))
            {
                return (null, Known.Contains(args[at]) ? $"{args[at]} needs a value." : $"Unknown option {args[at]}.");
            }

            given[args[at]] = flag ? "" : args[++at];
        }

        return From(given);
    }

    private static readonly string[] Known = ["--data", "--load", "--traffic", "--speed", "--for", "--schema", "--seed"];

    private static (SandboxOptions? Options, string? Problem) From(Dictionary<string, string> given)
    {
        var schema = given.GetValueOrDefault("--schema", "2");
        var speed = Speed(given.GetValueOrDefault("--speed", "max"));
        var duration = given.TryGetValue("--for", out var text) ? FaultEndpoints.Duration(text) : null;
        var seed = int.TryParse(given.GetValueOrDefault("--seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        (bool Wrong, string Problem)[] rules =
        [
            (!given.ContainsKey("--data"), "--data DIR is missing."),
            (given.ContainsKey("--sample") && (given.ContainsKey("--load") || given.ContainsKey("--traffic")), "--sample takes the place of --load and --traffic."),
            (schema is not ("1" or "2"), "--schema must be 1 or 2."),
            (speed is null, "--speed must be a number above 0 or max."),
            (text is not null && duration is null, "--for must be a duration such as 30s, 5m or 4h."),
            (given.ContainsKey("--seed") && seed is null, "--seed must be a whole number."),
            (given.GetValueOrDefault("--load") is { } load && !File.Exists(load), $"--load {given.GetValueOrDefault("--load")}: there is no such file."),
            (given.GetValueOrDefault("--traffic") is { } trace && !File.Exists(trace), $"--traffic {given.GetValueOrDefault("--traffic")}: there is no such file."),
        ];
        return rules.FirstOrDefault(rule => rule.Wrong).Problem is { } problem ? (null, problem) : (
            new SandboxOptions
            {
                Data = given["--data"],
                Load = given.GetValueOrDefault("--load"),
                Traffic = given.GetValueOrDefault("--traffic"),
                Sample = given.ContainsKey("--sample"),
                Replay = new ReplaySettings { Speed = double.IsInfinity(speed!.Value) ? null : speed, For = duration },
                Schema = schema == "1" ? 1 : 2,
                Seed = seed,
                Fast = given.ContainsKey("--fast"),
                Once = given.ContainsKey("--once"),
            },
            null);
    }

    private static double? Speed(string text) =>
        text == "max" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed > 0 ? speed : null;
}
