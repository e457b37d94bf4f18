using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>Looks: probes every tier that may be asked, Redis's memory, the disk. What cannot be had is unknown. Remembers the last checks of each tier.</summary>
internal sealed class RecoveryLookService(RecoverySources sources, HealthStore history, TimeProvider time)
{
    private const int Remembered = 50;
    private static readonly TimeSpan WrittenAtLeastEvery = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TierName, List<CheckedHealth>> _checks = [];
    private readonly Dictionary<TierName, CheckedHealth> _written = [];
    private long? _evicted;

    /// <param name="resting">Tiers that asked to be left alone: not probed now.</param>
    public async Task<RecoverySnapshot> LookAsync(string project, IReadOnlySet<TierName> resting, CancellationToken cancellationToken)
    {
        var asked = sources.Tiers.Where(tier => !resting.Contains(tier.Name)).ToList();
        var verdicts = await ProbeService.CheckAsync(asked, _ => "", sources.Health, time, cancellationToken);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var sights = new Dictionary<TierName, TierSight>();
        foreach (var tier in sources.Tiers)
        {
            var verdict = resting.Contains(tier.Name) ? new HealthVerdict(tier.Name, TierHealth.Unknown, "it asked to be left alone") : verdicts.First(one => one.Tier == tier.Name);
            sights[tier.Name] = new TierSight(verdict, Settle(verdict, now));
        }

        await WriteAsync(project, now, sights, cancellationToken);
        var memory = sights.TryGetValue(TierName.Upstash, out var redis) && redis.Latest.Health is TierHealth.Healthy or TierHealth.Degraded ? await MemoryAsync(cancellationToken) : null;
        return new RecoverySnapshot(project, now)
        {
            Tiers = sights,
            Memory = memory?.Share,
            Evicted = Since(memory),
            Hits = await sources.Hits(now, cancellationToken),
            DiskFree = FreeShare(sources.StateFolder),
            Jobs = sources.Jobs,
        };
    }

    private TierHealth Settle(HealthVerdict verdict, DateTimeOffset now)
    {
        var checks = _checks.TryGetValue(verdict.Tier, out var known) ? known : _checks[verdict.Tier] = [];
        if (verdict.Health != TierHealth.Unknown)
        {
            checks.Insert(0, new CheckedHealth(now, verdict.Health));
            checks.RemoveRange(Math.Min(checks.Count, Remembered), Math.Max(0, checks.Count - Remembered));
        }

        return HealthHistory.Settle(checks, sources.Health).Health;
    }

    // The history tells every change; an unchanged state is written now and then.
    private async Task WriteAsync(string project, DateTimeOffset now, Dictionary<TierName, TierSight> sights, CancellationToken cancellationToken)
    {
        var news = sights.Values.Select(sight => sight.Latest).Where(verdict => verdict.Health != TierHealth.Unknown
            && (!_written.TryGetValue(verdict.Tier, out var before) || before.Health != verdict.Health || now - before.At >= WrittenAtLeastEvery)).ToList();
        await history.WriteAsync(project, now, news, now - sources.Health.KeepChecks, cancellationToken);
        foreach (var verdict in news)
        {
            _written[verdict.Tier] = new CheckedHealth(now, verdict.Health);
        }
    }

    private async Task<RedisMemory?> MemoryAsync(CancellationToken cancellationToken)
    {
        if (sources.Tiers.OfType<RedisTier>().FirstOrDefault() is not { } redis)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(sources.Health.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return RedisMemory.Parse((await redis.CommandAsync("look at memory", ["INFO"], stop.Token)).Text ?? "", sources.RedisLimit);
        }
        catch (Exception e) when (e is TierException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    // The server's counter only grows; a smaller one is a restarted server's.
    private long? Since(RedisMemory? memory)
    {
        var before = _evicted;
        _evicted = memory?.Evicted ?? _evicted;
        return memory?.Evicted is { } now && before is { } then && now >= then ? now - then : null;
    }

    private static double? FreeShare(string folder)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(folder));
            return drive.TotalSize > 0 ? (double)drive.AvailableFreeSpace / drive.TotalSize : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Where recovery looks.</summary>
/// <param name="Hits">Hit ratio and lookups an hour; null when unknown.</param>
internal sealed record RecoverySources(IReadOnlyList<ITier> Tiers, HealthPolicy Health, string StateFolder, Func<DateTimeOffset, CancellationToken, Task<(double Ratio, double LookupsAnHour)?>> Hits)
{
    /// <summary>Redis's limit of the settings; null leaves it to the server.</summary>
    public long? RedisLimit { get; init; }

    public IReadOnlySet<string> Jobs { get; init; } = new HashSet<string>();
}
