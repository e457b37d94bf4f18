using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Many true-or-false metrics that are switched by hand or by chance.</summary>
internal sealed class ToggledInputs(int count) : IAlertInputStore
{
    private readonly bool[] _on = new bool[count];

    public static MetricCatalogue Catalogue(int count) => new(Enumerable.Range(0, count).Select(i => new MetricDefinition($"trouble_{i}", MetricUnit.Flag, "planted")));

    public static IReadOnlyList<AlertRule> Rules(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new AlertRule { Name = $"rule-{i}", Condition = $"trouble_{i}", Severity = AlertSeverity.Critical, ResolveAfter = TimeSpan.Zero })];

    public void Set(int index, bool on) => _on[index] = on;

    public void Toggle(Random chance, double share)
    {
        for (var i = 0; i < _on.Length; i++)
        {
            _on[i] ^= chance.NextDouble() < share;
        }
    }

    public void AllOff() => Array.Clear(_on);

    public Task<AlertInputs> ReadAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(new AlertInputs { Values = Enumerable.Range(0, _on.Length).ToDictionary(i => $"trouble_{i}", i => new Reading(_on[i] ? 1 : 0, now)) });
}
