using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>A tier in memory that breaks when told: for simulations of many days.</summary>
/// <param name="serverTime">The server's clock, against which deadlines are checked (the leases' clock).</param>
internal sealed class SimulatedTier(TierName name, TimeProvider time, TimeProvider serverTime) : ITier
{
    private readonly SortedDictionary<string, StoredEntry> _entries = new(StringComparer.Ordinal);
    private int _ids;

    public TierName Name => name;

    public TierMeter Meter { get; } = new();

    /// <summary>What every call meets; null while all is well.</summary>
    public string? Fault { get; set; }

    /// <summary>Ids that went, in order: what the receipts must answer for.</summary>
    public List<string> Removed { get; } = [];

    public IReadOnlyCollection<StoredEntry> Entries => _entries.Values;

    /// <summary>Writes an entry as a gateway would.</summary>
    public string Put(string hash, string category, string text, DateTimeOffset? expiresAt, bool pinned = false)
    {
        var id = $"{name.Word()}-{++_ids:D7}";
        Write(Head(id, hash, category, text, expiresAt, pinned), Encoding.UTF8.GetBytes(text));
        return id;
    }

    /// <summary>Reads an entry as a gateway would: it becomes younger.</summary>
    public void Hit(string id)
    {
        if (_entries.TryGetValue(id, out var entry))
        {
            _entries[id] = entry with { Head = entry.Head with { AccessedAt = time.GetUtcNow(), AccessCount = entry.Head.AccessCount + 1 } };
        }
    }

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ProbeResult(name, time.GetUtcNow(), [new ProbeStep("call", Fault is null, TimeSpan.FromMilliseconds(1), Fault)]));

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        Meet("look");
        Expire();
        var mine = _entries.Values.Select(entry => entry.Head).Where(head => scope.Category is null || head.Category == scope.Category).ToList();
        return Task.FromResult(new TierSnapshot(name, asOf)
        {
            Live = mine.Count(head => !head.IsExpired(asOf)),
            Expired = mine.Count(head => head.IsExpired(asOf)),
            WithoutExpiry = mine.Count(head => head.ExpiresAt is null),
            Bytes = mine.Sum(head => head.Bytes),
            Hot = mine.Count(head => head.AccessedAt > asOf.AddHours(-1)),
            Categories = [.. mine.GroupBy(head => head.Category!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new CategoryCount(group.Key, group.Count(head => !head.IsExpired(asOf)), group.Count(head => head.IsExpired(asOf)), group.Sum(head => head.Bytes)))],
            Foreign = 0,
        });
    }

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Meet("scan");
        Expire();
        var mine = _entries.Values.Select(entry => entry.Head).Where(head => string.CompareOrdinal(head.Id, filter.After ?? "") > 0
            && (filter.Scope.Category is not { } category || head.Category == category)
            && filter.Matches(head)).ToList();
        foreach (var page in mine.Chunk(filter.PageSize))
        {
            Meet("scan");
            yield return new EntryPage(page, page[^1] == mine[^1] ? null : page[^1].Id);
        }
    }

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Meet("find");
        return Task.FromResult<IReadOnlyList<EntryHead>>([.. ids.Select(id => _entries.GetValueOrDefault(id)?.Head).OfType<EntryHead>().Where(head => scope.Category is null || head.Category == scope.Category)]);
    }

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        Meet("read");
        return Task.FromResult<IReadOnlyList<StoredEntry>>([.. entries.Select(head => _entries.GetValueOrDefault(head.Id)).OfType<StoredEntry>()]);
    }

    public async Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        Meet("removal");
        var going = Matching(batch.Entries, batch.Scope, batch.Deadline);
        await receipt(going, cancellationToken);

        // Half of it goes, and the answer is lost.
        var half = Fault == "half";
        foreach (var entry in half ? going.Take(going.Count / 2) : going)
        {
            _entries.Remove(entry.Head.Id);
            Removed.Add(entry.Head.Id);
        }

        return half ? throw Broken("removal") : Outcome(batch.Entries, going);
    }

    public async Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        Meet("rewrite");
        var changing = Matching([.. rewrites.Select(rewrite => rewrite.Entry)], scope, deadline);
        await receipt(changing, cancellationToken);
        foreach (var rewrite in rewrites.Where(rewrite => changing.Any(entry => entry.Head.Id == rewrite.Entry.Id)))
        {
            var old = _entries[rewrite.Entry.Id];
            Write(old.Head with { ExpiresAt = rewrite.ExpiresAt ?? old.Head.ExpiresAt, Version = old.Head.Version + "'" }, rewrite.Value ?? old.Content);
        }

        return Outcome([.. rewrites.Select(rewrite => rewrite.Entry)], changing);
    }

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Meet("restore");
        var back = entries.Where(entry => !_entries.ContainsKey(entry.Head.Id)).ToList();
        back.ForEach(entry => _entries[entry.Head.Id] = entry);
        return Task.FromResult(new RestoreOutcome { Restored = [.. back.Select(entry => entry.Head.Id)], WrittenSince = [.. entries.Except(back).Select(entry => entry.Head.Id)] });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private EntryHead Head(string id, string hash, string category, string text, DateTimeOffset? expiresAt, bool pinned) => new(name, id, "1")
    {
        QueryHash = hash,
        Category = category,
        Agent = "payment_processor",
        Bytes = text.Length,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
        AccessedAt = time.GetUtcNow(),
        AccessCount = 0,
        ExpiresAt = expiresAt,
        Pinned = pinned,
    };

    private void Write(EntryHead head, ReadOnlyMemory<byte> content) => _entries[head.Id] = new StoredEntry(head, name == TierName.Mem0 ? "memory" : name == TierName.Upstash ? "string" : "row", content);

    private List<StoredEntry> Matching(IReadOnlyList<EntryHead> heads, TierScope scope, DateTimeOffset deadline) => serverTime.GetUtcNow() >= deadline ? [] :
        [.. heads.Select(head => (head, entry: _entries.GetValueOrDefault(head.Id))).Where(pair => pair.entry?.Head.Version == pair.head.Version && (scope.Category is null || pair.head.Category == scope.Category)).Select(pair => pair.entry!)];

    private static RemovalOutcome Outcome(IReadOnlyList<EntryHead> asked, List<StoredEntry> done)
    {
        var ids = done.Select(entry => entry.Head.Id).ToHashSet();
        return new RemovalOutcome([.. ids], [.. asked.Select(head => head.Id).Where(id => !ids.Contains(id))], []);
    }

    // Redis removes by itself what has expired.
    private void Expire()
    {
        if (name == TierName.Upstash)
        {
            foreach (var id in _entries.Values.Where(entry => entry.Head.IsExpired(time.GetUtcNow())).Select(entry => entry.Head.Id).ToList())
            {
                _entries.Remove(id);
            }
        }
    }

    private void Meet(string operation)
    {
        Meter.Count(1);
        if (Fault is not null && !(Fault == "half" && operation != "rewrite"))
        {
            throw Broken(operation);
        }
    }

    private TierException Broken(string operation) => new(name, operation, string.Create(CultureInfo.InvariantCulture, $"simulated {Fault}")) { Transient = Fault == "refuse" };
}
