using CacheKeeper.Cleanup.Reports;
using CacheKeeper.Cli;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class KeyReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Keys_are_counted_by_prefix_size_and_time_left()
    {
        var report = new KeyReport("shop:", Now);
        report.Add(Key("shop:payments:a", 100, TimeSpan.FromMinutes(5)));
        report.Add(Key("shop:payments:b", 2000, TimeSpan.FromHours(2)));
        report.Add(Key("shop:plain", 1 << 20, null));

        Assert.Equal([new KeyGroup("(none)", 1, 1 << 20), new KeyGroup("payments:", 2, 2100)], report.ByPrefix);
        Assert.Equal([new KeyGroup("< 1 KB", 1, 100), new KeyGroup("1–10 KB", 1, 2000), new KeyGroup("≥ 1 MB", 1, 1 << 20)], report.BySize);
        Assert.Equal([new KeyGroup("< 1 h", 1, 100), new KeyGroup("1–24 h", 1, 2000), new KeyGroup("no end", 1, 1 << 20)], report.ByTimeLeft);
        Assert.Contains("1 keys have no end", KeyReportText.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Prefixes_without_end_do_not_fill_the_memory()
    {
        var report = new KeyReport("", Now);
        for (var i = 0; i < 1000; i++)
        {
            report.Add(Key($"p{i}:x", 1, null));
        }

        Assert.Equal(KeyReport.MostPrefixes + 1, report.ByPrefix.Count);
        Assert.Equal(1000, report.ByPrefix.Sum(group => group.Keys));
    }

    private static EntryHead Key(string id, long bytes, TimeSpan? left) => new(TierName.Upstash, id, "") { Bytes = bytes, ExpiresAt = Now + left };
}
