using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Changes entries that stay: compresses large values, gives keys without an end one. Plans by measuring a sample, acts batch by batch with compare-and-set.</summary>
internal sealed class RewriteService(IReadOnlyList<ITier> tiers, DictionaryStore dictionaries, CleanupPolicy policy, string project, TimeProvider time)
{
    private const int MostAtOnce = 250;
    private const long BytesAtOnce = 4 << 20;

    /// <summary>Puts back the dictionaries whose copies have gone.</summary>
    public Task MendAsync(CancellationToken cancellationToken) => dictionaries.MendAsync(cancellationToken);

    /// <summary>What a strength changes here and now, and what it leaves, in sentences; null rules when it changes nothing.</summary>
    public async Task<(RewriteRules? Rules, IReadOnlyList<string> Left)> RulesAsync(CleanupRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        var compressing = request.Mode is CleanupMode.Compress or CleanupMode.Deep ? await CompressingAsync(request, now, left, cancellationToken) : [];
        var rules = new RewriteRules(policy, now)
        {
            Compressing = compressing,
            GivesEnds = request.Mode == CleanupMode.Expiry || (request.Mode == CleanupMode.Deep && policy.Expiry.Nightly),
            Category = request.Category,
        };
        return (rules.GivesEnds || rules.Compressing.Count > 0 ? rules : null, left);
    }

    /// <summary>What was counted, with the ratio that a sample of the values came to and the dictionary they would be compressed with.</summary>
    public async Task<IReadOnlyList<PlannedRewrite>> PlanAsync(IReadOnlyList<RewriteSelection> selections, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new Dictionary<TierName, IReadOnlyList<byte[]>>();
        foreach (var selection in selections.Where(selection => selection.Large.Heads.Count > 0))
        {
            values[selection.Tier] = await ReadValuesAsync(tiers.First(tier => tier.Name == selection.Tier), selection.Large.Heads, cancellationToken);
        }

        var standing = await dictionaries.NewestAsync(cancellationToken);
        var chosen = values.Count == 0 ? null : DictionaryTrainer.Choose([.. values.Values.SelectMany(of => of).DistinctBy(Convert.ToHexString)], standing, policy.Compression);
        if (chosen is not null && chosen.Id != standing?.Id)
        {
            await dictionaries.KeepAsync(chosen, now, cancellationToken);
        }

        return [.. selections.SelectMany(selection => selection.Planned(policy)).Select(planned => planned.Reason == RewriteReason.LargeValue
            ? planned with { Dictionary = chosen?.Id, Ratio = RatioOf(values[planned.Tier], chosen) }
            : planned)];
    }

    /// <summary>Carries the plan's rewrites out.</summary>
    /// <returns>What stopped short, in sentences.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CleanupPlan plan, ReceiptWriter receipt, CleanupTally done, bool full, JobContext context, CancellationToken cancellationToken)
    {
        if (plan.Rewritten == 0)
        {
            return [];
        }

        var stopped = new List<string>();

        // By the plan's own instant: the same rule, the same entries.
        var rules = new RewriteRules(policy, plan.AsOf)
        {
            Compressing = plan.Rewrites.Where(planned => planned.Reason == RewriteReason.LargeValue).Select(planned => planned.Tier).ToHashSet(),
            GivesEnds = plan.Rewrites.Any(planned => planned.Reason == RewriteReason.Endless),
            Category = plan.Category,
        };
        using var compressor = new ValueCompressor(await DictionaryAsync(plan, cancellationToken));
        foreach (var tier in tiers.Where(tier => plan.Rewrites.Any(planned => planned.Tier == tier.Name)))
        {
            var pace = new PaceRunner(tier, new TierScope(project), policy.Pace, full, time);
            var tally = new RewriteTally();
            await foreach (var batch in BatchesAsync(tier, rules, full, cancellationToken))
            {
                if (pace.IsTimeUp)
                {
                    stopped.Add($"{tier.Name.Title()}'s time was up (cleanup.pace.mostPerTier, {policy.Pace.MostPerTier:c}); the next run goes on.");
                    break;
                }

                tally = await RewriteAsync(tier, batch, rules, compressor, tally, receipt, context, cancellationToken);
                done.Set(tier.Name, tally);
                context.Progress((double)done.Handled / Math.Max(1, plan.Count + plan.Rewritten), $"{tier.Name.Title()}: {tally.Rewritten:N0} changed");
                await pace.WaitAsync(batch[^1], cancellationToken);
            }
        }

        return stopped;
    }

    private async IAsyncEnumerable<IReadOnlyList<EntryHead>> BatchesAsync(ITier tier, RewriteRules rules, bool full, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, FullPace = full }, cancellationToken))
        {
            foreach (var batch in Batches(page.Entries.Where(entry => rules.Choose(entry) is not null)))
            {
                yield return batch;
            }
        }
    }

    // Values are compressed only with a dictionary that its readers can find.
    private async Task<ValueDictionary?> DictionaryAsync(CleanupPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Rewrites.Select(planned => planned.Dictionary).FirstOrDefault(id => id is not null) is not { } id)
        {
            return null;
        }

        var dictionary = await dictionaries.FindAsync(id, cancellationToken);
        return await dictionaries.PlaceAsync(dictionary, cancellationToken) ? dictionary : null;
    }

    private async Task<RewriteTally> RewriteAsync(ITier tier, IReadOnlyList<EntryHead> batch, RewriteRules rules, ValueCompressor compressor, RewriteTally tally, ReceiptWriter receipt, JobContext context, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<string, int>();
        var rewrites = new List<EntryRewrite>();
        var heads = batch.ToDictionary(head => head.Id);
        foreach (var entry in await tier.ReadAsync(new TierScope(project), batch, cancellationToken))
        {
            if (RewriteOf(heads[entry.Head.Id], entry, rules, compressor) is { } rewrite)
            {
                rewrites.Add(rewrite);
                sizes[entry.Head.Id] = StoredValue.Of(entry)?.Length ?? 0;
            }
        }

        tally = tally with { Unchanged = tally.Unchanged + batch.Count - rewrites.Count };
        if (rewrites.Count == 0)
        {
            return tally;
        }

        var deadline = await context.ProveAsync(cancellationToken);
        var byId = rewrites.ToDictionary(rewrite => rewrite.Entry.Id);
        Task Record(IReadOnlyList<StoredEntry> before, CancellationToken stop) => receipt([.. before.Select(entry => EntryChange.Of(entry, byId[entry.Head.Id]))], stop);
        return tally.Plus(rewrites, sizes, await tier.RewriteAsync(new TierScope(project), rewrites, deadline, Record, cancellationToken));
    }

    private EntryRewrite? RewriteOf(EntryHead head, StoredEntry entry, RewriteRules rules, ValueCompressor compressor) => rules.Choose(head) switch
    {
        RewriteReason.Endless when entry.Kind == "string" => new EntryRewrite(head) { ExpiresAt = rules.EndOf(head) },
        RewriteReason.LargeValue when StoredValue.Of(entry) is { } value && compressor.Envelope(value, policy.Compression.MinimumGain) is { } envelope => new EntryRewrite(head) { Value = Encoding.UTF8.GetBytes(envelope) },
        _ => null,
    };

    private async Task<HashSet<TierName>> CompressingAsync(CleanupRequest request, DateTimeOffset now, List<string> left, CancellationToken cancellationToken)
    {
        var seen = policy.Compression.Use == CompressionUse.WhenReadersCan ? await ReaderStore.LastSeenAsync(tiers, project, cancellationToken) : now;
        if (policy.Compression.Use == CompressionUse.Never || seen is null || now - seen > policy.Compression.ReadersSeenWithin)
        {
            left.Add(policy.Compression.Use == CompressionUse.Never
                ? "Large values are not compressed: cleanup.compression.use is 'never'."
                : $"Large values are not compressed: no reader with CacheKeeper.Client has counted a lookup within {policy.Compression.ReadersSeenWithin:c}, and others would take a compressed value for an answer (cleanup.compression.use: always).");
            return [];
        }

        var compressing = new HashSet<TierName>();
        foreach (var tier in tiers.Where(tier => tier.Name != TierName.Mem0 && (request.OnlyTiers.Count == 0 || request.OnlyTiers.Contains(tier.Name))))
        {
            var index = tier is PostgresTier postgres && !policy.Compression.EvenIfIndexed ? await IndexAsync(postgres, left, cancellationToken) : null;
            if (index is null)
            {
                compressing.Add(tier.Name);
            }
        }

        return compressing;
    }

    private static async Task<string?> IndexAsync(PostgresTier postgres, List<string> left, CancellationToken cancellationToken)
    {
        try
        {
            var index = await ReaderStore.IndexOverAnswersAsync(postgres, cancellationToken);
            if (index is not null)
            {
                left.Add($"PostgreSQL's answers are not compressed: index {index} lies over response_text, and a search would find compressed answers no more (cleanup.compression.evenIfIndexed).");
            }

            return index;
        }
        catch (TierException e)
        {
            return e.Cause;
        }
    }

    private async Task<IReadOnlyList<byte[]>> ReadValuesAsync(ITier tier, IReadOnlyList<EntryHead> heads, CancellationToken cancellationToken)
    {
        var values = new List<byte[]>();
        foreach (var batch in Batches(heads))
        {
            values.AddRange((await tier.ReadAsync(new TierScope(project), batch, cancellationToken)).Select(StoredValue.Of).OfType<byte[]>());
        }

        return values;
    }

    // By the envelopes that would be written, the values left as they are included.
    private double? RatioOf(IReadOnlyList<byte[]> values, ValueDictionary? dictionary)
    {
        using var compressor = new ValueCompressor(dictionary);
        var before = values.Sum(value => (long)value.Length);
        return before == 0 ? null : (double)values.Sum(value => (long)(compressor.Envelope(value, policy.Compression.MinimumGain)?.Length ?? value.Length)) / before;
    }

    private static IEnumerable<IReadOnlyList<EntryHead>> Batches(IEnumerable<EntryHead> entries)
    {
        var batch = new List<EntryHead>();
        long bytes = 0;
        foreach (var entry in entries)
        {
            if (batch.Count == MostAtOnce || (batch.Count > 0 && bytes + entry.Bytes > BytesAtOnce))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(entry);
            bytes += entry.Bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
