using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Reports;

/// <summary>Looks at every Redis key without reading a value, at the tier's own pace.</summary>
internal sealed class KeyReportService(ITier redis, RedisSettings settings, string project)
{
    public async Task<KeyReport> LookAsync(DateTimeOffset now, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var report = new KeyReport(settings.KeyPrefix, now);
        await foreach (var page in redis.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = now, GlanceOnly = true }, cancellationToken))
        {
            report.Foreign += page.Foreign;
            foreach (var entry in page.Entries)
            {
                report.Add(entry);
            }

            progress(0, $"{report.Keys:N0} keys");
        }

        return report;
    }
}
