using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace CacheKeeper.Tiers;

/// <summary>The Mem0 tier: listed page by page (never searched for words), removed by id after a second look, verified by reading back.</summary>
internal sealed class Mem0Tier(Mem0Client client, Mem0Settings settings, TimeProvider time) : ITier
{
    public TierName Name => TierName.Mem0;

    public TierMeter Meter => client.Meter;

    // Looked at, removed, looked for again. No plan changes memories that stay.
    public TierPrice Price => new(settings.PricePer1KRequests / 1_000)
    {
        EntriesPerChange = settings.BatchSize,
        PerRemoval = 3,
    };

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var begun = time.GetTimestamp();
        try
        {
            var answer = await client.PingAsync("cachekeeper-probe", cancellationToken);
            var passed = settings.Flavour == Mem0Flavour.SelfHosted ? answer is not null : (answer?["status"] as JsonValue)?.ToString() == "ok";
            return new ProbeResult(Name, at, [new ProbeStep("ping", passed, time.GetElapsedTime(begun), passed ? null : "unexpected answer")]) { Server = "Mem0 " + settings.Flavour };
        }
        catch (TierException e)
        {
            return new ProbeResult(Name, at, [new ProbeStep("ping", false, time.GetElapsedTime(begun), e.Cause)]) { Hint = e.Hint, Failure = e };
        }
    }

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        new Mem0LookStore(client, settings, time).LookAsync(scope, asOf, null, cancellationToken);

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, int mostCalls, CancellationToken cancellationToken) =>
        new Mem0LookStore(client, settings, time).LookAsync(scope, asOf, mostCalls, cancellationToken);

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = filter.After is { } text ? int.Parse(text) : 1;
        var seen = new HashSet<string>();
        while (true)
        {
            var page = await client.ListAsync(filter.Scope.Project, number, settings.PageSize, cancellationToken);
            if (page is { Memories.Count: 0, More: false, Total: > 0 } && number == 1)
            {
                throw new TierException(Name, "list", $"it says there are {page.Total} memories and lists none", "An empty listing is no proof that nothing exists; nothing was decided on it.");
            }

            var found = page.Memories.Where(memory => seen.Add(memory.Id)).Select(memory => (Memory: memory, Head: memory.ToHead())).Where(one => Matches(one.Head, filter)).ToList();
            yield return new EntryPage([.. found.Select(one => one.Head)], page.More ? (number + 1).ToString() : null)
            {
                Stored = filter.WithContents ? [.. found.Select(one => one.Memory.ToEntry())] : null,
                Truncated = settings.Flavour == Mem0Flavour.SelfHosted && page.Memories.Count >= 1000,
            };
            if (!page.More)
            {
                yield break;
            }

            number++;
            if (filter.Pause > TimeSpan.Zero)
            {
                await Task.Delay(filter.Pause, time, cancellationToken);
            }
        }
    }

    public async Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        [.. (await MineAsync(scope, ids, cancellationToken)).Select(memory => memory.ToHead())];

    /// <summary>Whole memories, page by page as the listing gives them, expired ones included; with the total the server tells (null: it does not) and whether its listing ends early.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<Memory> Memories, long? Total, bool Truncated)> ListAsync(TierScope scope, TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>();
        for (var number = 1; ; number++)
        {
            var page = await client.ListAsync(scope.Project, number, settings.PageSize, cancellationToken);
            if (page is { Memories.Count: 0, More: false, Total: > 0 } && number == 1)
            {
                throw new TierException(Name, "list", $"it says there are {page.Total} memories and lists none", "An empty listing is no proof that nothing exists; nothing was decided on it.");
            }

            var mine = page.Memories.Where(memory => memory.Text("user_id") == scope.Project && (scope.Category is null || memory.ToHead().Category == scope.Category) && seen.Add(memory.Id));
            yield return ([.. mine], page.Total, settings.Flavour == Mem0Flavour.SelfHosted && page.Memories.Count >= 1000);
            if (!page.More)
            {
                yield break;
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) =>
        [.. (await MineAsync(scope, [.. entries.Select(entry => entry.Id)], cancellationToken)).Select(memory => memory.ToEntry())];

    public async Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        var (removed, left, failed) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var part in batch.Entries.Chunk(settings.BatchSize))
        {
            var planned = part.ToDictionary(entry => entry.Id, entry => entry.Version);
            var now = await MineAsync(batch.Scope, [.. planned.Keys], cancellationToken);
            var same = now.Where(memory => memory.Version == planned[memory.Id]).ToList();
            left.AddRange(planned.Keys.Except(same.Select(memory => memory.Id)));
            if (same.Count == 0)
            {
                continue;
            }

            await receipt([.. same.Select(memory => memory.ToEntry())], cancellationToken);
            if (time.GetUtcNow() >= batch.Deadline)
            {
                left.AddRange(same.Select(memory => memory.Id));
                continue;
            }

            await client.DeleteAsync([.. same.Select(memory => memory.Id)], cancellationToken);
            var still = (await MineAsync(batch.Scope, [.. same.Select(memory => memory.Id)], cancellationToken)).Select(memory => memory.Id).ToHashSet();
            failed.AddRange(still);
            removed.AddRange(same.Select(memory => memory.Id).Where(id => !still.Contains(id)));
        }

        return new RemovalOutcome(removed, left, failed);
    }

    public async Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var part in rewrites.Chunk(settings.BatchSize))
        {
            var now = (await MineAsync(scope, [.. part.Select(rewrite => rewrite.Entry.Id)], cancellationToken)).ToDictionary(memory => memory.Id);
            var same = part.Where(rewrite => now.TryGetValue(rewrite.Entry.Id, out var memory) && memory.Version == rewrite.Entry.Version && !memory.ToHead().Pinned).ToList();
            left.AddRange(part.Except(same).Select(rewrite => rewrite.Entry.Id));
            await receipt([.. same.Select(rewrite => now[rewrite.Entry.Id].ToEntry())], cancellationToken);
            foreach (var rewrite in same)
            {
                var change = new JsonObject();
                if (rewrite.Value is { } value)
                {
                    change["text"] = Encoding.UTF8.GetString(value.Span);
                }

                // Mem0 knows whole days and hides from the day after: the last day that begins before the end.
                if (rewrite.ExpiresAt is { } end)
                {
                    change["expiration_date"] = end.UtcDateTime.AddTicks(-1).ToString("yyyy-MM-dd");
                }

                await client.UpdateAsync(rewrite.Entry.Id, change, cancellationToken);
                done.Add(rewrite.Entry.Id);
            }
        }

        return new RemovalOutcome(done, left, []);
    }

    public async Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var expired = mode == RestoreMode.Exact ? [] : entries.Where(entry => entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
        var wanted = entries.Where(entry => !expired.Contains(entry.Head.Id)).ToList();
        var present = (await MineAsync(scope, [.. wanted.Select(entry => entry.Head.Id)], cancellationToken)).Select(memory => memory.Id).ToHashSet();
        var (restored, since, ids) = (new List<string>(), new List<string>(present), new Dictionary<string, string>());
        foreach (var entry in wanted.Where(entry => !present.Contains(entry.Head.Id)))
        {
            var memory = new Memory(JsonNode.Parse(entry.Content.Span)!.AsObject());
            if (await client.AddAsync(memory, cancellationToken) is { } id)
            {
                restored.Add(memory.Id);
                ids[memory.Id] = id;
            }
            else
            {
                since.Add(memory.Id);
            }
        }

        return new RestoreOutcome
        {
            Restored = restored,
            WrittenSince = since,
            ExpiredSince = [.. expired],
            NewIds = ids,
            Inexact = restored.Count == 0 ? [] : ["Mem0 gives restored memories new ids, a new updated_at and an empty history; text, metadata, owners, creation time and expiration are as before."],
        };
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool Matches(EntryHead head, EntryFilter filter) => (filter.Scope.Category is null || head.Category == filter.Scope.Category) && filter.Matches(head);

    // Only memories whose user is the project are ever looked at again, whatever the ids say.
    private async Task<IReadOnlyList<Memory>> MineAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = ids.Count == 0 ? [] : await client.GetAsync(scope.Project, ids, cancellationToken);
        var wanted = ids.ToHashSet();
        return [.. found.Where(memory => wanted.Contains(memory.Id) && memory.Text("user_id") == scope.Project && (scope.Category is null || memory.ToHead().Category == scope.Category))];
    }
}
