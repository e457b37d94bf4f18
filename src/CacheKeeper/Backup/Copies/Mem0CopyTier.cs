using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Memories as the listing gives them, expired ones included. Restoring is inexact by nature: a memory that is gone comes back under a new id, which is
/// kept beside the old one. What is there already (by id, or word for word) is never added twice, so a restore that was cut off can simply be repeated.
/// </summary>
internal sealed class Mem0CopyTier(Mem0Tier tier, TimeSpan pause, int drillMost, TimeProvider time) : ICopyTier
{
    private const int Batch = 50;

    public string Name => TierName.Mem0.Word();

    public bool IsOrdered => false;

    public string? Resource => "tier:" + Name;

    public LineFactsReader FactsOf(TierPart part) => LineFactsReaders.Memory;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        facts.AsOf = time.GetUtcNow();
        await foreach (var (memories, total, truncated) in tier.ListAsync(scope, pause, cancellationToken))
        {
            // A page that shifts while others write must not hide a memory: fewer than the server counts is not all.
            facts.Expected = scope.Category is null ? total ?? facts.Expected : null;
            if (truncated)
            {
                facts.Unreadable = 1;
                facts.Remarks.Add("This Mem0 server lists 1,000 memories at most; there may be more.");
            }

            if (memories.Count > 0)
            {
                var block = new ArrayBufferWriter<byte>();
                foreach (var memory in memories)
                {
                    LineText.Write(block, memory.Id, first: true);
                    LineText.Write(block, memory.Fields.ToJsonString());
                    LineText.End(block);
                }

                yield return block.WrittenMemory;
            }
        }
    }

    public Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken) => WalkAsync(work, write: false, cancellationToken);

    public Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken) => WalkAsync(work, write: true, cancellationToken);

    /// <summary>A sample under a scratch user: added, listed, compared word for word, removed.</summary>
    public async Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var scratch = new TierScope($"{work.Scope.Project}.cachekeeper-drill");
        var sample = new List<Memory>();
        await foreach (var memory in MemoriesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            if (sample.Count < drillMost && !(memory.ExpiresAt <= work.Now) && !memory.ToHead().Pinned)
            {
                memory.Fields["user_id"] = scratch.Project;
                sample.Add(memory);
            }
        }

        await ClearAsync(scratch, cancellationToken);
        try
        {
            foreach (var batch in sample.Chunk(Batch))
            {
                await tier.RestoreAsync(scratch, [.. batch.Select(memory => memory.ToEntry())], RestoreMode.OnlyMissing, work.Now, cancellationToken);
            }

            var came = new HashSet<string>();
            await foreach (var (memories, _, _) in tier.ListAsync(scratch, TimeSpan.Zero, cancellationToken))
            {
                came.UnionWith(memories.Select(Fingerprint));
            }

            var different = sample.Select(Fingerprint).Distinct().Count(print => !came.Contains(print));
            var left = Math.Max(0, work.Part.Entries - sample.Count);
            return new DrillOutcome(Name, sample.Count, different, $"the scratch user {scratch.Project}") { Left = left, Remarks = left == 0 ? [] : [$"{left:N0} memories were not tried: a drill writes {drillMost:N0} at most (backup.drillMostMemories), none that are immutable or have expired."] };
        }
        finally
        {
            await ClearAsync(scratch, CancellationToken.None);
        }
    }

    private async Task<RestoreTally> WalkAsync(RestoreWork work, bool write, CancellationToken cancellationToken)
    {
        var (now, prints, changed) = await StandingAsync(work, cancellationToken);
        var (tally, missing, inexact, seen, handled) = (new RestoreTally(), new List<StoredEntry>(), new HashSet<string>(), 0L, 0L);
        await foreach (var memory in MemoriesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            var print = Fingerprint(memory);
            if (prints.Contains(print))
            {
                (tally, seen) = (tally with { Same = tally.Same + 1 }, seen + 1);
            }
            else if (memory.ExpiresAt <= work.Now)
            {
                tally = tally with { Expired = tally.Expired + 1 };
            }
            else if (now.TryGetValue(memory.Id, out var head))
            {
                var put = work.Aim != RestoreAim.OnlyMissing && (!write || (!changed.Contains(memory.Id) && await PutBackAsync(work, head, memory, cancellationToken)));
                tally = put ? tally with { Replaced = tally.Replaced + 1 } : work.Aim == RestoreAim.OnlyMissing ? tally with { Left = tally.Left + 1 } : tally with { Changed = tally.Changed + 1 };
                seen++;
            }
            else
            {
                tally = tally with { Added = tally.Added + 1 };
                missing.Add(memory.ToEntry());
            }

            if (missing.Count == Batch)
            {
                inexact.UnionWith(await AddAsync(work, missing, write, cancellationToken));
                work.Progress(handled += Batch);
                missing.Clear();
            }
        }

        inexact.UnionWith(await AddAsync(work, missing, write, cancellationToken));
        if (work.Aim == RestoreAim.Exact)
        {
            inexact.Add("Memories that came since the backup were left: a restore does not remove memories.");
        }

        return tally with { Newer = Math.Max(0, now.Count - seen), Remarks = [.. inexact] };
    }

    private async Task<IReadOnlyList<string>> AddAsync(RestoreWork work, List<StoredEntry> missing, bool write, CancellationToken cancellationToken)
    {
        if (!write || missing.Count == 0)
        {
            return missing.Count == 0 ? [] : ["Memories come back under new ids, with a new updated_at and an empty history; the old ids are kept in the keeper's state."];
        }

        await work.ProveAsync(cancellationToken);
        var outcome = await tier.RestoreAsync(work.Scope, missing, RestoreMode.OnlyMissing, work.Now, cancellationToken);
        await work.RememberAsync(outcome.NewIds, cancellationToken);
        return outcome.Inexact;
    }

    private async Task<bool> PutBackAsync(RestoreWork work, EntryHead head, Memory memory, CancellationToken cancellationToken)
    {
        await work.ProveAsync(cancellationToken);
        var rewrite = new EntryRewrite(head) { ExpiresAt = memory.ExpiresAt, Value = Encoding.UTF8.GetBytes(memory.Content) };
        var outcome = await tier.RewriteAsync(work.Scope, [rewrite], time.GetUtcNow().AddMinutes(1), (_, _) => Task.CompletedTask, cancellationToken);
        return outcome.Removed.Count == 1;
    }

    // Changed are those that say something else than the safety copy's; whoever changes one after this look is noticed by the second look before it is written.
    private async Task<(Dictionary<string, EntryHead> Heads, HashSet<string> Fingerprints, HashSet<string> Changed)> StandingAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var (heads, prints, changed) = (new Dictionary<string, EntryHead>(), new HashSet<string>(), new HashSet<string>());
        var copied = await CopiedAsync(work.Safety, cancellationToken);
        await foreach (var (memories, _, _) in tier.ListAsync(work.Scope, pause, cancellationToken))
        {
            foreach (var memory in memories)
            {
                heads[memory.Id] = memory.ToHead();
                prints.Add(Fingerprint(memory));
                if (copied?.Has(memory.Id, Encoding.UTF8.GetBytes(memory.Content)) == false)
                {
                    changed.Add(memory.Id);
                }
            }
        }

        return (heads, prints, changed);
    }

    private static async Task<CopiedContents?> CopiedAsync(SafetyLines? safety, CancellationToken cancellationToken)
    {
        if (safety is null)
        {
            return null;
        }

        var copied = new CopiedContents(safety.Part.Entries);
        await foreach (var memory in MemoriesAsync(safety.Lines(cancellationToken), cancellationToken))
        {
            copied.Add(memory.Id, Encoding.UTF8.GetBytes(memory.Content));
        }

        return copied;
    }

    private async Task ClearAsync(TierScope scratch, CancellationToken cancellationToken)
    {
        var heads = new List<EntryHead>();
        await foreach (var (memories, _, _) in tier.ListAsync(scratch, TimeSpan.Zero, cancellationToken))
        {
            heads.AddRange(memories.Select(memory => memory.ToHead()));
        }

        await tier.RemoveAsync(new RemovalBatch(scratch, heads, time.GetUtcNow().AddMinutes(5)), (_, _) => Task.CompletedTask, cancellationToken);
    }

    private static async IAsyncEnumerable<Memory> MemoriesAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in LayerReaderService.LinesAsync(blocks, cancellationToken))
        {
            yield return new Memory(JsonNode.Parse(LineText.Unescape(LineText.Field(line.Span, 1)))!.AsObject());
        }
    }

    // What a memory says, of whom and until when: equal ones are the same memory whatever their ids.
    private static string Fingerprint(Memory memory)
    {
        var metadata = memory.Metadata is { } fields ? string.Join('\n', fields.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value?.ToJsonString()}")) : "";
        var text = $"{memory.Content}\0{memory.Text("user_id")}\0{memory.Text("agent_id")}\0{memory.Text("run_id")}\0{memory.Text("expiration_date")}\0{metadata}";
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
