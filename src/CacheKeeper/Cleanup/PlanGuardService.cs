using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Gathers what the guards judge a plan by (the servers, what the tiers held before, what the day has spent) and remembers what the tiers held.</summary>
internal sealed class PlanGuardService(IReadOnlyList<ITier> tiers, NoteStore notes, RunStore runs, CleanupPolicy policy, string project)
{
    private readonly PinStore _pins = new(notes, project);

    /// <summary>What the last day's runs have taken.</summary>
    public async Task<DeletionBudget> SpentAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        DeletionBudget.Of(await runs.ListAsync(new RunFilter { Project = project, Since = now - DeletionBudget.Day, Limit = 2000 }, cancellationToken), now);

    /// <summary>What speaks against a plan that was made just now.</summary>
    public async Task<IReadOnlyList<Refusal>> CheckAsync(CleanupPlan plan, CleanupRequest request, DeletionBudget spent, CancellationToken cancellationToken) =>
        CleanupGuards.Check(plan, await RememberedAsync(cancellationToken), await ServersAsync(request, cancellationToken), policy, request.Overrides, spent);

    /// <summary>The same at the moment of applying: also whether an entry was pinned, or a tier has moved, since the plan was made.</summary>
    public async Task<IReadOnlyList<Refusal>> CheckAgainAsync(CleanupPlan plan, CleanupRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var refusals = await CheckAsync(plan with { AsOf = now }, request, await SpentAsync(now, cancellationToken), cancellationToken);
        refusals = await _pins.ChangedSinceAsync(plan.AsOf, cancellationToken) ? [.. refusals, new Refusal("pinned-since", "an entry was pinned since the plan was made, and it may be on the plan", "make a new plan")] : refusals;
        return CleanupPlanner.Moved(plan, await CountAsync(plan, cancellationToken)) is { } moved ? [.. refusals, moved] : refusals;
    }

    /// <summary>Remembers what the tiers held, so that a later empty listing or a swapped database is noticed. What was removed stands, whether a server still answers or not.</summary>
    public async Task RememberAsync(CleanupPlan plan, CleanupTally done, CancellationToken cancellationToken)
    {
        var known = await RememberedAsync(CancellationToken.None);
        foreach (var totals in plan.Tiers.Where(totals => totals.Error is null))
        {
            var tier = tiers.First(candidate => candidate.Name == totals.Tier);
            var identity = await IdentityAsync(tier, known.GetValueOrDefault(totals.Tier)?.Identity, cancellationToken);
            await notes.WriteAsync(project, NoteOf(totals.Tier), new TierMemory(totals.Entries - done.RemovedFrom(totals.Tier), plan.AsOf, identity), plan.AsOf, CancellationToken.None);
        }
    }

    private static async Task<string?> IdentityAsync(ITier tier, string? known, CancellationToken cancellationToken)
    {
        try
        {
            return tier is IClockedTier clocked ? (await clocked.AskServerAsync(cancellationToken)).Identity : null;
        }
        catch (Exception e) when (e is TierException or OperationCanceledException)
        {
            return known;
        }
    }

    private async Task<IReadOnlyList<TierTotals>> CountAsync(CleanupPlan plan, CancellationToken cancellationToken)
    {
        var wanted = plan.Tiers.Where(totals => totals.Error is null).Select(totals => totals.Tier).ToHashSet();
        var seen = await TierLookService.LookAsync(tiers.Where(tier => wanted.Contains(tier.Name)), new TierScope(project), plan.AsOf, cancellationToken);
        return [.. seen.Select(snapshot => new TierTotals(snapshot.Tier, snapshot.Entries ?? 0, snapshot.Bytes ?? 0) { Error = snapshot.Error })];
    }

    private async Task<IReadOnlyDictionary<TierName, TierMemory>> RememberedAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<TierName, TierMemory>();
        foreach (var tier in tiers)
        {
            if (await notes.ReadAsync<TierMemory>(project, NoteOf(tier.Name), cancellationToken) is { } memory)
            {
                known[tier.Name] = memory;
            }
        }

        return known;
    }

    private async Task<IReadOnlyDictionary<TierName, ServerFacts>> ServersAsync(CleanupRequest request, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<TierName, ServerFacts>();
        foreach (var tier in request.Of(tiers))
        {
            try
            {
                if (tier is IClockedTier clocked)
                {
                    var (clock, identity) = await clocked.AskServerAsync(cancellationToken);
                    facts[tier.Name] = new ServerFacts(clock, identity) { IsSuperuser = tier is PostgresTier postgres && await postgres.IsSuperuserAsync(cancellationToken) };
                }
            }
            catch (TierException)
            {
                // The scan of this tier failed too and the plan says so.
            }
        }

        return facts;
    }

    private static string NoteOf(TierName tier) => "tier:" + tier.Word();
}
