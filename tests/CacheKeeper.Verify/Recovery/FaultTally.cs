using System.Collections.Concurrent;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Recovery;

/// <summary>How the tries ended, and how long they took.</summary>
internal sealed class FaultTally
{
    private readonly ConcurrentBag<(Try One, RunOutcome? Outcome, TimeSpan Took)> _tries = [];

    public void Add(Try one, RunRecord? record, TimeSpan took) => _tries.Add((one, record?.Outcome, took));

    public IEnumerable<string> Facts()
    {
        var took = _tries.Select(one => one.Took).Order().ToList();
        yield return "outcomes: " + string.Join(", ", _tries.GroupBy(one => one.Outcome).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key?.ToString() ?? "none"}"));
        yield return $"took: median {took[took.Count / 2].TotalSeconds:0.0} s, longest {took[^1].TotalSeconds:0.0} s ({_tries.MaxBy(one => one.Took).One}); at most {FaultsCheck.Deadline.TotalSeconds + 1:0} s";
    }
}
