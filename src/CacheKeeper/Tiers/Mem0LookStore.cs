namespace CacheKeeper.Tiers;

/// <summary>Counts a project's memories: all pages of the listing, or pages spread evenly over it where there are more than the calls allow.</summary>
internal sealed class Mem0LookStore(Mem0Client client, Mem0Settings settings, TimeProvider time)
{
    public async Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, int? mostCalls, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var tally = new LookTally(TierName.Mem0, asOf);
        var seen = new HashSet<string>();
        var first = await client.ListAsync(scope.Project, 1, settings.PageSize, cancellationToken);
        if (first is { Memories.Count: 0, More: false, Total: > 0 })
        {
            throw new TierException(TierName.Mem0, "list", $"it says there are {first.Total} memories and lists none", "An empty listing is no proof that nothing exists; nothing was decided on it.");
        }

        Add(first.Memories);
        var pages = first.Total is { } total ? (total + settings.PageSize - 1) / settings.PageSize : 0;
        var sampled = mostCalls is { } most && (pages > most || (first.Total is null && first.More));
        if (sampled)
        {
            foreach (var page in Spread(pages, mostCalls!.Value))
            {
                Add((await client.ListAsync(scope.Project, page, settings.PageSize, cancellationToken)).Memories);
            }
        }
        else
        {
            for (var (page, more) = (2, first.More); more; page++)
            {
                var next = await client.ListAsync(scope.Project, page, settings.PageSize, cancellationToken);
                Add(next.Memories);
                more = next.More;
            }
        }

        var truncated = settings.Flavour == Mem0Flavour.SelfHosted && first.Memories.Count >= 1000;
        var snapshot = tally.ToSnapshot(sampled ? first.Total : null);
        return snapshot with
        {
            Foreign = null,
            Estimated = sampled || truncated,
            SamplingError = truncated ? null : snapshot.SamplingError,
            Took = time.GetElapsedTime(begun),
        };

        void Add(IReadOnlyList<Memory> memories) =>
            tally.Add(memories.Where(memory => seen.Add(memory.Id)).Select(memory => memory.ToHead()).Where(head => scope.Category is null || head.Category == scope.Category));
    }

    // The first page is known already; the others stand in the middle of equal stretches of what follows.
    private static IEnumerable<int> Spread(long pages, int calls) =>
        Enumerable.Range(0, Math.Max(0, calls - 1)).Select(i => (int)(2 + ((i + 0.5) * (pages - 1) / (calls - 1)))).Distinct();
}
