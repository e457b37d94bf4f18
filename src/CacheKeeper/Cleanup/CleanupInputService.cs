using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Gathers what the smart decision sees: counts from the tiers, lookups from the client's counters, the last strong run from the ledger.</summary>
internal sealed class CleanupInputService(IReadOnlyList<ITier> tiers, RunStore runs, NoteStore notes)
{
    private const string CountersNote = "counters:day";
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public async Task<CleanupInputs> GatherAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var snapshots = await TierLookService.LookAsync(tiers, new TierScope(project), now, cancellationToken);
        var known = snapshots.Where(snapshot => snapshot.Error is null).ToList();
        var record = known.FirstOrDefault(snapshot => snapshot.Tier == TierName.Postgresql);
        var (counters, window, length) = await CountersAsync(project, now, cancellationToken);
        var fullness = known.Where(snapshot => snapshot.LimitBytes > 0).Select(snapshot => (double?)(snapshot.StoreBytes ?? snapshot.Bytes) / snapshot.LimitBytes).Max();
        return new CleanupInputs
        {
            // Redis holds up to three keys an entry, so it counts only when nothing better is known.
            Entries = record?.Entries ?? known.FirstOrDefault(snapshot => snapshot.Tier == TierName.Mem0)?.Entries ?? (known.Count == 0 ? null : known.Max(snapshot => snapshot.Entries)),
            HitRatio = counters?.HitRatio(),
            Lookups = counters?.Lookups(),
            HitRatioWindow = window,
            Window = length,
            RecentActivity = record?.Hot,
            Fullness = fullness,
            LastStrongCleanup = await LastStrongAsync(project, cancellationToken),
            Categories = counters is null ? [] : [.. counters.Categories.Where(category => counters.Lookups(category: category) > 0)
                .Select(category => new CategoryRatio(category, counters.HitRatio(category: category) ?? 0, counters.Lookups(category: category)))],
        };
    }

    // Counters only grow: the window's lookups are today's reading less the one remembered a day ago.
    private async Task<(ClientCounters? Counters, string Window, TimeSpan? Length)> CountersAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres || await ClientCounterStore.ReadAsync(postgres, project, now, cancellationToken) is not { } read)
            {
                return (null, "", null);
            }

            var earlier = await notes.ReadAsync<CounterReading>(project, CountersNote, cancellationToken);
            if (earlier is null || now - earlier.ReadAt > Window)
            {
                await notes.WriteAsync(project, CountersNote, CounterReading.Of(read), now, cancellationToken);
            }

            return earlier is null ? (read, "since counting began", null) : (read.Since(earlier.ToCounters()), $"since {earlier.ReadAt:u}", now - earlier.ReadAt);
        }
        catch (TierException)
        {
            return (null, "", null);
        }
    }

    private async Task<DateTimeOffset?> LastStrongAsync(string project, CancellationToken cancellationToken)
    {
        var recent = await runs.ListAsync(new RunFilter { Project = project, Limit = 200 }, cancellationToken);
        return recent.FirstOrDefault(run => run.Job.EndsWith("-cleanup", StringComparison.Ordinal) && run.Outcome is RunOutcome.Done or RunOutcome.Degraded && run.Plan?["mode"]?.ToString() is "aggressive" or "moderate" or "targeted" or "deep")?.StartedAt;
    }

    /// <summary>A reading as the note keeps it.</summary>
    private sealed record CounterReading(DateTimeOffset ReadAt, Dictionary<string, long> Values)
    {
        public static CounterReading Of(ClientCounters counters) => new(counters.ReadAt, counters.Values.ToDictionary(pair => $"{pair.Key.Kind}\t{pair.Key.Tier}\t{pair.Key.Category}", pair => pair.Value));

        public ClientCounters ToCounters() => new(ReadAt, Values.ToDictionary(pair => pair.Key.Split('\t') is [var kind, var tier, var category] ? (kind, tier, category) : ("", "", ""), pair => pair.Value));
    }
}
