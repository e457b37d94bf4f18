using System.Buffers;
using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Owned keys with type, value and absolute expiry: texts as they are, other types by DUMP, or element by element where the server has no DUMP. Each key
/// changes in one step, so a reader sees it as it was or as it becomes.
/// </summary>
internal sealed class RedisCopyTier(RedisTier tier, string project, TimeSpan pause, TimeProvider time) : ICopyTier
{
    private const int Batch = 250;
    private const int ScanPage = 1000;
    private const int BlockBytes = 256 * 1024;
    private readonly RedisTypedStore _typed = new(tier, project);

    public string Name => TierName.Upstash.Word();

    public bool IsOrdered => false;

    public string? Resource => "tier:" + Name;

    public LineFactsReader FactsOf(TierPart part) => LineFactsReaders.Key;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        facts.AsOf = (await tier.AskServerAsync(cancellationToken)).Clock;
        var block = new ArrayBufferWriter<byte>(BlockBytes);
        await foreach (var page in tier.ReadAllAsync(scope, pause, cancellationToken))
        {
            foreach (var value in page.Values)
            {
                RedisLine.Write(block, value);
            }

            foreach (var entry in await ReadTypedAsync(page.Unread, facts, cancellationToken))
            {
                RedisLine.Write(block, new RedisValue(entry.Head, entry.Kind, entry.Head.ExpiresAt?.ToUnixTimeMilliseconds(), entry.Content));
            }

            if (block.WrittenCount > BlockBytes / 2)
            {
                yield return block.WrittenMemory;
                block.ResetWrittenCount();
            }
        }

        if (block.WrittenCount > 0)
        {
            yield return block.WrittenMemory;
        }
    }

    public async Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var tally = new RestoreTally();
        await foreach (var batch in BatchesAsync(work, cancellationToken))
        {
            var sorted = await SortAsync(work, batch, cancellationToken);
            tally = Count(tally, sorted) with { Added = tally.Added + sorted.Missing.Count };
            tally = work.Aim == RestoreAim.OnlyMissing ? tally with { Left = tally.Left + sorted.Different.Count } : tally with { Replaced = tally.Replaced + sorted.Different.Count };
        }

        var owned = 0L;
        await foreach (var page in tier.ScanAsync(new EntryFilter(work.Scope) { PageSize = ScanPage, Pause = pause }, cancellationToken))
        {
            owned += page.Entries.Count;
        }

        var newer = Math.Max(0, owned - tally.Same - tally.Replaced - tally.Left);
        return work.Aim == RestoreAim.Exact ? tally with { Removed = newer } : tally with { Newer = newer };
    }

    public async Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var tally = new RestoreTally();
        var kept = new HashSet<string>();
        var writer = new RedisPutRunner(tier, _typed, work.Now, await RedisPutRunner.CopiedAsync(work.Safety, cancellationToken));
        await foreach (var batch in BatchesAsync(work, cancellationToken))
        {
            await work.ProveAsync(cancellationToken);
            var sorted = await SortAsync(work, batch, cancellationToken);
            var isReplacing = work.Aim != RestoreAim.OnlyMissing;
            var (added, replaced) = await writer.PutAsync(sorted.Missing, isReplacing ? sorted.Different : [], cancellationToken);
            var wanted = sorted.Missing.Count + (isReplacing ? sorted.Different.Count : 0);
            tally = Count(tally, sorted) with { Added = tally.Added + added, Replaced = tally.Replaced + replaced, Left = tally.Left + (isReplacing ? 0 : sorted.Different.Count), Changed = tally.Changed + wanted - added - replaced };
            if (work.Aim == RestoreAim.Exact)
            {
                kept.UnionWith(batch.Select(entry => entry.Head.Id));
            }

            await PauseAsync(cancellationToken);
        }

        return work.Aim == RestoreAim.Exact ? await RemoveOthersAsync(work, tally, kept, writer, cancellationToken) : tally;
    }

    /// <summary>Batch by batch under a scratch prefix, so that never more than one batch stands twice.</summary>
    public async Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var prefix = $"cachekeeper:{project}:drill:";
        long done = 0, different = 0, left = 0;
        await foreach (var batch in BatchesAsync(work, cancellationToken))
        {
            var live = batch.Where(entry => !(entry.Head.ExpiresAt <= work.Now.AddMinutes(1))).ToList();
            left += batch.Count - live.Count;
            List<StoredEntry> scratch = [.. live.Select(entry => entry with { Head = entry.Head with { Id = RedisKey.ToId([.. System.Text.Encoding.UTF8.GetBytes(prefix), .. RedisKey.ToKey(entry.Head.Id)]) } })];
            try
            {
                await new RedisPutRunner(tier, _typed, work.Now, copied: null).WriteAsync([.. scratch.Select(entry => new RedisPut(entry, RedisDigest.Anything))], cancellationToken);
                var sorted = await SortAsync(work, scratch, cancellationToken);
                different += sorted.Missing.Count + sorted.Different.Count;
            }
            finally
            {
                if (scratch.Count > 0)
                {
                    await tier.SendAsync([["DEL", .. scratch.Select(entry => RedisKey.ToKey(entry.Head.Id))]], CancellationToken.None);
                }
            }

            done += live.Count;
            await PauseAsync(cancellationToken);
        }

        return new DrillOutcome(Name, done, different, $"keys under {prefix}, a batch at a time") { Left = left, Remarks = left == 0 ? [] : [$"{left:N0} keys whose time has run out since were not tried."] };
    }

    // What stands now, beside what the backup holds: missing, different, the same, or run out since.
    private async Task<Sorted> SortAsync(RestoreWork work, IReadOnlyList<StoredEntry> batch, CancellationToken cancellationToken)
    {
        var now = (await ReadAsync(work.Scope, [.. batch.Select(entry => entry.Head)], new CopyFacts(), cancellationToken)).ToDictionary(entry => entry.Head.Id);
        var sorted = new Sorted([], [], 0, 0);
        foreach (var entry in batch)
        {
            if (now.TryGetValue(entry.Head.Id, out var stands) && await IsSameAsync(work, entry, stands, cancellationToken))
            {
                sorted = sorted with { Same = sorted.Same + 1 };
            }
            else if (entry.Head.IsExpired(work.Now))
            {
                sorted = sorted with { Expired = sorted.Expired + 1 };
            }
            else if (stands is null)
            {
                sorted.Missing.Add(entry);
            }
            else
            {
                sorted.Different.Add((entry, stands));
            }
        }

        return sorted;
    }

    private async Task<bool> IsSameAsync(RestoreWork work, StoredEntry entry, StoredEntry stands, CancellationToken cancellationToken) =>
        stands.Kind == entry.Kind && stands.Head.ExpiresAt == entry.Head.ExpiresAt
        && (stands.Content.Span.SequenceEqual(entry.Content.Span) || (entry.Kind == "dump" && await _typed.HoldsSameAsync(entry, stands.Head, work.Scope, work.Now, cancellationToken)));

    private static RestoreTally Count(RestoreTally tally, Sorted sorted) => tally with { Same = tally.Same + sorted.Same, Expired = tally.Expired + sorted.Expired };

    private async Task<List<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> heads, CopyFacts facts, CancellationToken cancellationToken)
    {
        var read = (await tier.ReadAsync(scope, heads, cancellationToken)).ToList();
        if (read.Count < heads.Count)
        {
            // Gone meanwhile, or of a type that this server does not DUMP.
            var ids = read.Select(entry => entry.Head.Id).ToHashSet();
            read.AddRange(await ReadTypedAsync([.. heads.Where(head => !ids.Contains(head.Id))], facts, cancellationToken));
        }

        return read;
    }

    private async Task<List<StoredEntry>> ReadTypedAsync(IReadOnlyList<EntryHead> heads, CopyFacts facts, CancellationToken cancellationToken)
    {
        var read = new List<StoredEntry>(heads.Count);
        foreach (var head in heads)
        {
            var (entry, unreadable) = await _typed.ReadAsync(head, cancellationToken);
            facts.Unreadable += unreadable ? 1 : 0;
            read.AddRange(entry is null ? [] : [entry]);
        }

        return read;
    }

    private async Task<RestoreTally> RemoveOthersAsync(RestoreWork work, RestoreTally tally, HashSet<string> kept, RedisPutRunner writer, CancellationToken cancellationToken)
    {
        await foreach (var page in tier.ScanAsync(new EntryFilter(work.Scope) { PageSize = ScanPage, Pause = pause }, cancellationToken))
        {
            foreach (var batch in page.Entries.Where(entry => !kept.Contains(entry.Id)).Chunk(Batch))
            {
                await work.ProveAsync(cancellationToken);

                // What goes is what was seen here and stands in the safety copy; what came after it stays.
                var heads = work.Safety is null ? batch : (await ReadAsync(work.Scope, batch, new CopyFacts(), cancellationToken)).Where(writer.MayGo).Select(entry => entry.Head).ToArray();
                var outcome = await tier.RemoveAsync(new RemovalBatch(work.Scope, heads, time.GetUtcNow().AddMinutes(1)), (_, _) => Task.CompletedTask, cancellationToken);
                tally = tally with { Removed = tally.Removed + outcome.Removed.Count, Changed = tally.Changed + batch.Length - outcome.Removed.Count };
            }
        }

        return tally;
    }

    private static async IAsyncEnumerable<List<StoredEntry>> BatchesAsync(RestoreWork work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (batch, handled) = (new List<StoredEntry>(Batch), 0L);
        await foreach (var line in LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            batch.Add(RedisLine.Read(line));
            if (batch.Count == Batch)
            {
                yield return batch;
                work.Progress(handled += batch.Count);
                batch = new List<StoredEntry>(Batch);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private Task PauseAsync(CancellationToken cancellationToken) => pause > TimeSpan.Zero ? Task.Delay(pause, time, cancellationToken) : Task.CompletedTask;

    private sealed record Sorted(List<StoredEntry> Missing, List<(StoredEntry Entry, StoredEntry Stands)> Different, long Same, long Expired);
}
