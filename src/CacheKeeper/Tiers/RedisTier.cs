namespace CacheKeeper.Tiers;

/// <summary>
/// The Redis tier, over REST or RESP. A key is the project's when it starts with the configured prefix, or when its query hash stands in the
/// project's PostgreSQL rows; any other key is foreign: counted, never touched. Works where INFO, OBJECT or MEMORY are refused.
/// </summary>
internal sealed class RedisTier : ITier, IClockedTier
{
    private readonly IRedisClient _client;
    private readonly RedisSettings _settings;
    private readonly TimeProvider _time;
    private readonly RedisCommandClient _commands;
    private readonly RedisServerClient _server;
    private readonly RedisEntryStore _entries;
    private readonly RedisChangeStore _changes;
    private readonly RedisRestoreStore _restores;

    /// <param name="findHashes">Null when there is no PostgreSQL tier: then only a prefix proves ownership.</param>
    public RedisTier(IRedisClient client, RedisSettings settings, string project, FindHashes? findHashes, TimeProvider time)
    {
        var commands = _commands = new RedisCommandClient(client);
        var owners = new RedisOwnerStore(settings, findHashes);
        (_client, _commands, _settings, _time) = (client, commands, settings, time);
        _server = new RedisServerClient(commands, project, time);
        _entries = new RedisEntryStore(commands, owners, settings, time);
        _changes = new RedisChangeStore(commands, _entries, owners);
        _restores = new RedisRestoreStore(commands);
    }

    public TierName Name => TierName.Upstash;

    public TierMeter Meter => _client.Meter;

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => _server.ProbeAsync(cancellationToken);

    public async Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var categories = new Dictionary<string, (long Live, long Bytes)>();
        long live = 0, bytes = 0, forever = 0, foreign = 0, hot = 0, timed = 0;
        await foreach (var page in ScanAsync(new EntryFilter(scope) { AsOf = asOf, GlanceOnly = true }, cancellationToken))
        {
            foreign += page.Foreign;
            foreach (var entry in page.Entries)
            {
                live++;
                bytes += entry.Bytes;
                forever += entry.ExpiresAt is null ? 1 : 0;
                timed += entry.Idle is null ? 0 : 1;
                hot += entry.Idle < TimeSpan.FromHours(1) ? 1 : 0;
                var sum = categories.GetValueOrDefault(entry.Category ?? "general");
                categories[entry.Category ?? "general"] = (sum.Live + 1, sum.Bytes + entry.Bytes);
            }
        }

        var figures = await _server.FiguresAsync(cancellationToken);
        return new TierSnapshot(Name, asOf)
        {
            Live = live,
            Expired = 0,
            WithoutExpiry = forever,
            Bytes = bytes,
            StoreBytes = figures.TryGetValue("used_memory", out var used) ? (long)used : null,
            LimitBytes = _settings.LimitBytes ?? (figures.GetValueOrDefault("maxmemory") is var limit and > 0 ? (long)limit : null),
            Hot = live > 0 && timed == live ? hot : null,
            Categories = [.. categories.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new CategoryCount(pair.Key, pair.Value.Live, 0, pair.Value.Bytes))],
            Figures = figures,
            Foreign = foreign,
            Took = _time.GetElapsedTime(begun),
        };
    }

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) => _entries.ScanAsync(filter, cancellationToken);

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => _entries.FindAsync(scope, ids, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => _entries.ReadAsync(entries, cancellationToken);

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) => _changes.RemoveAsync(batch, receipt, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        _changes.RewriteAsync(scope, rewrites, deadline, receipt, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        _restores.RestoreAsync(entries, mode, now, cancellationToken);

    public async Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken) => (await _server.ClockAsync(cancellationToken), null);

    /// <summary>Plain commands, for work that no other method does; an error of one command is its reply.</summary>
    public Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<object[]> commands, CancellationToken cancellationToken) => _client.SendAsync(commands, cancellationToken);

    /// <summary>One command of the keeper's own (its keys begin with <c>cachekeeper:</c>), past all entries.</summary>
    public Task<RedisReply> CommandAsync(string operation, object[] command, CancellationToken cancellationToken) => _commands.SendAsync(operation, command, cancellationToken);

    /// <summary>What the server itself says of its memory, beside what the entries add up to.</summary>
    public async Task<MemoryUse> MeasureAsync(MemoryUse use, CancellationToken cancellationToken)
    {
        var figures = await _server.FiguresAsync(cancellationToken);
        return use with
        {
            MeasuredBytes = figures.TryGetValue("used_memory", out var used) ? (long)used : null,
            LimitBytes = _settings.LimitBytes ?? (figures.GetValueOrDefault("maxmemory") is var limit and > 0 ? (long)limit : null),
        };
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
