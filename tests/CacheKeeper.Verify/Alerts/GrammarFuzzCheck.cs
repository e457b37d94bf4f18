using System.Diagnostics;
using System.Text;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Feeds the condition language with noise, mutations of real conditions and soups of its own words.</summary>
internal sealed class GrammarFuzzCheck : ICheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private static readonly string[] Words =
    [
        "hit_ratio", "lookups", "size", "upstash_latency_p95", "all_tiers_unavailable", "limit", "forecast", "avg", "change", "burn_rate", "anomaly", "no_data", "severity", "warning",
        "and", "or", "not", "for", "given", "clear", "of", "(", ")", ",", "<", "<=", ">", ">=", "=", "!=", "%", "/", "-", "70%", "0.7", "5m", "100/h", "10MiB", "99.9%", "7d", "1e9", "99999999999999999999999",
    ];

    private static readonly string[] Real = [.. BuiltInRules.All.Select(rule => rule.Condition!.Replace("{each}", "upstash", StringComparison.Ordinal))];

    public string Name => "fuzz alerts-grammar";
    public string Goal => "100k condition texts: no crash, nothing over a second, every refusal with a place in the text, every acceptance judged";
    public (int Smoke, int Default, int Full) Tries => (5_000, 100_000, 2_000_000);

    public Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var chance = new Random(run.Seed);
        var catalogue = KnownMetrics.All;
        var (accepted, slowest) = (0, TimeSpan.Zero);
        for (var i = 0; i < run.Tries; i++)
        {
            var text = (i % 4) switch { 0 => Noise(chance), 1 => Mutated(chance), 2 => Soup(chance), _ => Wellformed(chance, 4) };
            var begun = Stopwatch.GetTimestamp();
            try
            {
                var (condition, errors) = ConditionParser.Parse(text, catalogue);
                run.Expect(condition is null == errors.Count > 0, $"neither or both of condition and errors: {Shown(text)}");
                run.Expect(errors.All(error => error.Position >= 1 && error.Position <= Math.Max(text.Length + 1, ConditionParser.LongestText)), $"a place outside the text: {Shown(text)}");
                if (condition is not null)
                {
                    accepted++;
                    ConditionJudge.Judge(condition, Inputs(chance), new ConditionContext(catalogue, DateTimeOffset.UnixEpoch) { Firing = chance.Next(2) == 0 });
                }
            }
            catch (Exception e)
            {
                run.Offend($"{e.GetType().Name} on {Shown(text)}: {e.Message}");
            }

            var took = Stopwatch.GetElapsedTime(begun);
            slowest = took > slowest ? took : slowest;
        }

        run.Expect(run.Smoke || slowest < Longest, $"the slowest text took {slowest.TotalMilliseconds:F0} ms");
        run.Fact($"{accepted} accepted and judged, the rest refused with a place; slowest {slowest.TotalMilliseconds:F1} ms");
        return Task.CompletedTask;
    }

    private static AlertInputs Inputs(Random chance) => new()
    {
        Values = Words.Where(_ => chance.Next(2) == 0).Distinct().ToDictionary(word => word, _ => new Reading(chance.Next(6) switch { 0 => double.NaN, 1 => double.MaxValue, 2 => double.NegativeInfinity, _ => chance.NextDouble() * 1e3 }, DateTimeOffset.UnixEpoch)),
        Anomalies = chance.Next(3) == 0 ? null : [],
    };

    // Built by the grammar, so that deep and odd but right conditions are judged too.
    private static string Wellformed(Random chance, int depth) => chance.Next(depth == 0 ? 5 : 10) switch
    {
        0 => $"hit_ratio {Sign(chance)} {chance.Next(101)}%",
        1 => $"upstash_latency_p95 > {chance.Next(9_999)}ms clear 0ms",
        2 => $"forecast(size, {chance.Next(1, 90)}d) > {chance.Next(1, 200)}% of limit",
        3 => $"burn_rate(availability, 99.{chance.Next(10)}%, {chance.Next(1, 24)}h, {chance.Next(1, 59)}m) > {chance.Next(20)}",
        4 => chance.Next(2) == 0 ? "anomaly(severity >= warning)" : $"no_data(lookups, {chance.Next(1, 99)} min)",
        5 => $"({Wellformed(chance, depth - 1)}) for {chance.Next(1, 60)}m",
        6 => $"not ({Wellformed(chance, depth - 1)})",
        7 => $"{Wellformed(chance, depth - 1)} and {Wellformed(chance, depth - 1)}",
        8 => $"({Wellformed(chance, depth - 1)} or {Wellformed(chance, depth - 1)})",
        _ => $"{Wellformed(chance, depth - 1)} or all_tiers_unavailable",
    };

    private static string Sign(Random chance) => new[] { "<", "<=", ">", ">=", "=", "!=" }[chance.Next(6)];

    private static string Noise(Random chance)
    {
        var text = new StringBuilder();
        for (var length = chance.Next(chance.Next(20) == 0 ? 4_000 : 60); length > 0; length--)
        {
            text.Append((char)(chance.Next(4) == 0 ? chance.Next(0x10000) : chance.Next(32, 127)));
        }

        return text.ToString();
    }

    private static string Mutated(Random chance)
    {
        var text = new StringBuilder(Real[chance.Next(Real.Length)]);
        for (var changes = chance.Next(1, 5); changes > 0 && text.Length > 0; changes--)
        {
            var at = chance.Next(text.Length);
            _ = chance.Next(4) switch
            {
                0 => text.Remove(at, Math.Min(text.Length - at, chance.Next(1, 4))),
                1 => text.Insert(at, Words[chance.Next(Words.Length)]),
                2 => text.Insert(at, text.ToString(at, Math.Min(text.Length - at, chance.Next(1, 20)))),
                _ => text.Replace(text[at], (char)chance.Next(32, 127), at, 1),
            };
        }

        return text.ToString();
    }

    private static string Soup(Random chance)
    {
        var count = chance.Next(chance.Next(30) == 0 ? 400 : 14);
        return string.Join(chance.Next(2) == 0 ? " " : "", Enumerable.Range(0, count).Select(_ => Words[chance.Next(Words.Length)]));
    }

    private static string Shown(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
