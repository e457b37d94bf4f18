namespace CacheKeeper.Tiers;

/// <summary>
/// The Redis tier, over REST or RESP. A key is the project's when it starts with the configured prefix, or when its query hash stands in the
/// project's PostgreSQL rows; any other key is foreign: counted, never touched. Works where INFO, OBJECT or MEMORY are refused.
/// </summary>
internal sealed class RedisTier : ITier, IClockedTier
{
    private readonly IRedisClient _client;
    private readonly RedisSettings _settings;
    private readonly RedisCommandClient _commands;
    private readonly RedisServerClient _server;
    private readonly RedisEntryStore _entries;
    private readonly RedisPageStore _pages;
    private readonly RedisLookStore _looks;
    private readonly RedisChangeStore _changes;
    private readonly RedisRestoreStore _restores;

    /// <param name="findHashes">Null when there is no PostgreSQL tier: then only a prefix proves ownership.</param>
    public RedisTier(IRedisClient client, RedisSettings settings, string project, FindHashes? findHashes, TimeProvider time)
    {
        var commands = new RedisCommandClient(client);
        var owners = new RedisOwnerStore(settings, findHashes);
        (_client, _commands, _settings) = (client, commands, settings);
        _server = new RedisServerClient(commands, project, time);
        _entries = new RedisEntryStore(commands, owners, settings, time);
        _pages = new RedisPageStore(commands, owners, settings, time);
        _looks = new RedisLookStore(_entries, _server, settings, time);
        _changes = new RedisChangeStore(commands, _entries, owners);
        _restores = new RedisRestoreStore(commands);
    }

    public TierName Name => TierName.Upstash;

    public TierMeter Meter => _client.Meter;

    // A removal reads for its receipt and removes; a change reads once more before that, to know what it makes of the value.
    public TierPrice Price => !_client.IsBilled ? TierPrice.Free : new(_settings.PricePer100KCommands / 100_000)
    {
        PerStep = 1,
        PerLook = 1,
        EntriesPerChange = RedisCommandClient.KeysPerScript,
        PerRemoval = 2,
        PerRewrite = 3,
        PerProbe = 1,
    };

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => _server.ProbeAsync(cancellationToken);

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) => _looks.LookAsync(scope, asOf, null, cancellationToken);

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, int mostCalls, CancellationToken cancellationToken) => _looks.LookAsync(scope, asOf, mostCalls, cancellationToken);

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) => _entries.ScanAsync(filter, cancellationToken);

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => _entries.FindAsync(scope, ids, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => _entries.ReadAsync(entries, cancellationToken);

    /// <summary>All of a scope's keys with their values, page by page, each standing until the next is asked for.</summary>
    public IAsyncEnumerable<RedisPage> ReadAllAsync(TierScope scope, TimeSpan pause, CancellationToken cancellationToken) => _pages.ReadAllAsync(scope, pause, cancellationToken);

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) => _changes.RemoveAsync(batch, receipt, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        _changes.RewriteAsync(scope, rewrites, deadline, receipt, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        _restores.RestoreAsync(entries, mode, now, cancellationToken);

    /// <summary>Writes keys back, each only where what must stand under it stands.</summary>
    public Task<RestoreOutcome> PutAsync(IReadOnlyList<RedisPut> puts, DateTimeOffset now, CancellationToken cancellationToken) => _restores.PutAsync(puts, now, cancellationToken);

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
