using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Regret;

/// <summary>Watches what was removed: a row with the same query hash, created after the removal, is a question that was asked again and answered anew.</summary>
/// <remarks>A lower bound: what was asked, written and gone again between two looks is not seen, nor what a gateway asks and does not store.</remarks>
internal sealed class RegretService(GhostStore ghosts, IReadOnlyList<ITier> tiers, RegretPolicy policy, string project)
{
    private const int HashesAtOnce = 1000;

    /// <summary>Marks what has come back and gives the ledger of all reasons.</summary>
    public async Task<RegretLedger> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MarkAsync(now, cancellationToken);
        return RegretLedger.Of(await ghosts.ReadAsync(now - policy.RememberedFor, Enum.GetValues<RemovalReason>(), cancellationToken));
    }

    /// <summary>Marks what has come back and tells what the value of entries learns from it.</summary>
    public async Task<RegretLesson> LearnAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MarkAsync(now, cancellationToken);
        return RegretLesson.Of(RegretLedger.Of(await ghosts.ReadAsync(now - policy.RememberedFor, RegretLesson.Reasons, cancellationToken)), policy);
    }

    /// <summary>The metric <c>regret</c>: null while nothing was removed that can be regretted.</summary>
    public async Task<double?> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MarkAsync(now, cancellationToken);
        return await ghosts.ShareReturnedAsync(now - policy.RememberedFor, RegretLine.Regrettable, cancellationToken);
    }

    /// <summary>Marks what has come back, forgets what is too old.</summary>
    public async Task MarkAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ghosts.ForgetBeforeAsync(now - policy.RememberedFor, cancellationToken);
        if (tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres)
        {
            return;
        }

        foreach (var part in (await ghosts.ReadGoneAsync(now - policy.RememberedFor, cancellationToken)).Chunk(HashesAtOnce))
        {
            var rows = await postgres.FindHashesAsync(project, [.. part.Select(ghost => ghost.Hash).Distinct()], cancellationToken);
            var back = part.Where(ghost => rows.GetValueOrDefault(ghost.Hash)?.CreatedAt > ghost.RemovedAt).Select(ghost => ghost with { ReturnedAt = rows[ghost.Hash].CreatedAt }).ToList();
            if (back.Count > 0)
            {
                await ghosts.MarkReturnedAsync(back, cancellationToken);
            }
        }
    }

    /// <summary>Remembers what a batch has removed; an entry that went from several tiers is remembered once.</summary>
    public Task RememberAsync(CleanupPlan plan, string run, IReadOnlyList<Selection> removed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rate = Ghost.Rate(plan.Count, policy.MostPerRun);
        var remembered = removed.Where(selection => selection.Entry is { Tier: TierName.Postgresql, QueryHash: { } hash } && Ghost.IsKept(hash, rate))
            .Select(selection => new Ghost(selection.Entry.QueryHash!, selection.Entry.Category ?? "general", selection.Reason, now, 1 / rate));
        return ghosts.AddAsync(run, [.. remembered], cancellationToken);
    }
}
