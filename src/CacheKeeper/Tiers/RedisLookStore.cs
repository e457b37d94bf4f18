namespace CacheKeeper.Tiers;

/// <summary>Counts a project's keys: all of them, or as many pages of SCAN as the calls allow (its order is by hash, so a sample is as good as random).</summary>
internal sealed class RedisLookStore(RedisEntryStore entries, RedisServerClient server, RedisSettings settings, TimeProvider time)
{
    /// <summary>INFO, DBSIZE, and the step of SCAN that travels ahead of its page.</summary>
    private const int ServerCalls = 3;

    public async Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, int? mostCalls, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var figures = await server.FiguresAsync(cancellationToken);
        var tally = new LookTally(TierName.Upstash, asOf);
        var (calls, pages, complete) = (ServerCalls, 0, true);
        await foreach (var page in entries.ScanAsync(new EntryFilter(scope) { AsOf = asOf, PageSize = settings.ScanCount, GlanceOnly = true, FewCalls = mostCalls is not null }, cancellationToken))
        {
            tally.Add(page.Entries);
            tally.AddForeign(page.Foreign);
            pages++;
            calls += CallsOf(page.Entries.Count);
            if (page.Cursor is not null && calls + CallsOf(settings.KeysPerStep(settings.ScanPause)) > mostCalls)
            {
                complete = false;
                break;
            }
        }

        var snapshot = tally.ToSnapshot(complete ? null : Whole(tally, pages, figures));
        return snapshot with
        {
            StoreBytes = figures.TryGetValue("used_memory", out var used) ? (long)used : null,
            LimitBytes = settings.LimitBytes ?? (figures.GetValueOrDefault("maxmemory") is var limit and > 0 ? (long)limit : null),
            Figures = figures,
            Estimated = !complete,
            Took = time.GetElapsedTime(begun),
        };
    }

    private static int CallsOf(int keys) => 1 + ((keys + RedisCommandClient.KeysPerScript - 1) / RedisCommandClient.KeysPerScript);

    // With a prefix SCAN gives matching keys only: of about pages × COUNT keys passed, so many matched.
    private long? Whole(LookTally tally, int pages, IReadOnlyDictionary<string, double> figures) =>
        !figures.TryGetValue("keys", out var keys) ? null
        : settings.KeyPrefix.Length == 0 ? (long)keys
        : (long)(tally.Seen * Math.Max(1, keys / ((double)pages * settings.KeysPerStep(settings.ScanPause))));
}
