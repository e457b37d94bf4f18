using CacheKeeper.Metrics;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Looks and decides: scans the tiers, lets the selector choose, checks the guards, remembers the plan. Changes nothing in a tier.</summary>
internal sealed class CleanupPlanService(IReadOnlyList<ITier> tiers, PlanStore plans, NoteStore notes, CleanupPolicy policy)
{
    public async Task<CleanupPlan> PlanAsync(CleanupRequest request, DateTimeOffset now, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var id = PlanStore.NewId(now);
        var (totals, removals, reported) = (new List<TierTotals>(), new List<PlannedRemoval>(), new List<string>());
        await using (var selection = plans.Write(id))
        {
            foreach (var (tier, place) in Chosen(request).Select((tier, place) => (tier, place)))
            {
                progress(place / 3.0, $"Looking at {tier.Name.Title()}");
                var seen = await LookAsync(tier, request, now, selection, cancellationToken);
                totals.Add(seen.Totals);
                removals.AddRange(seen.Removals);
                reported.AddRange(seen.Reported);
            }
        }

        var plan = CleanupPlanner.Plan(id, request, totals, removals, reported, CleanupCosts.Expect(removals), now, policy);
        plan = plan with { Refusals = CleanupGuards.Check(plan, await RememberedAsync(request.Project, cancellationToken), await ServersAsync(request, cancellationToken), policy, request.Overrides) };
        await plans.SaveAsync(plan, cancellationToken);
        return plan;
    }

    /// <summary>The same tiers as they are now, to see whether a plan still fits.</summary>
    public async Task<IReadOnlyList<TierTotals>> CountAsync(CleanupPlan plan, CancellationToken cancellationToken)
    {
        var scope = new TierScope(plan.Project);
        var wanted = plan.Tiers.Where(totals => totals.Error is null).Select(totals => totals.Tier).ToHashSet();
        var seen = await TierLookService.LookAsync(tiers.Where(tier => wanted.Contains(tier.Name)), scope, plan.AsOf, cancellationToken);
        return [.. seen.Select(snapshot => new TierTotals(snapshot.Tier, snapshot.Entries ?? 0, snapshot.Bytes ?? 0) { Error = snapshot.Error })];
    }

    /// <summary>Guards again, at the moment of applying.</summary>
    public async Task<IReadOnlyList<Refusal>> CheckAsync(CleanupPlan plan, CleanupRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var servers = await ServersAsync(request, cancellationToken);
        var refusals = CleanupGuards.Check(plan with { AsOf = now }, await RememberedAsync(plan.Project, cancellationToken), servers, policy, request.Overrides);
        return CleanupPlanner.Moved(plan, await CountAsync(plan, cancellationToken)) is { } moved ? [.. refusals, moved] : refusals;
    }

    /// <summary>Remembers what the tiers held, so that a later empty listing or a swapped database is noticed.</summary>
    public async Task RememberAsync(CleanupPlan plan, IReadOnlyDictionary<TierName, long> removed, CancellationToken cancellationToken)
    {
        foreach (var totals in plan.Tiers.Where(totals => totals.Error is null && plan.Category is null))
        {
            var tier = tiers.First(candidate => candidate.Name == totals.Tier);
            var identity = tier is IClockedTier clocked ? (await clocked.AskServerAsync(cancellationToken)).Identity : null;
            await notes.WriteAsync(plan.Project, "tier:" + totals.Tier.Word(), new TierMemory(totals.Entries - removed.GetValueOrDefault(totals.Tier), plan.AsOf, identity), plan.AsOf, cancellationToken);
        }
    }

    private IEnumerable<ITier> Chosen(CleanupRequest request) => tiers.Where(tier => request.OnlyTiers.Count == 0 || request.OnlyTiers.Contains(tier.Name));

    private async Task<(TierTotals Totals, List<PlannedRemoval> Removals, List<string> Reported)> LookAsync(ITier tier, CleanupRequest request, DateTimeOffset now, SelectionWriter selection, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<RemovalReason, (long Count, long Bytes, List<string> Sample)>();
        long entries = 0, bytes = 0, pinned = 0, forever = 0, foreign = 0;
        try
        {
            await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(request.Project, request.Category)) { AsOf = now }, cancellationToken))
            {
                foreign += page.Foreign;
                foreach (var entry in page.Entries)
                {
                    entries++;
                    bytes += entry.Bytes;
                    pinned += Pins.Hold(entry, policy) ? 1 : 0;
                    forever += entry.ExpiresAt is null ? 1 : 0;
                    if (LightSelector.Choose(entry, now, policy) is { } reason)
                    {
                        await selection.AddAsync(new Selection(entry, reason), cancellationToken);
                        var group = groups.GetValueOrDefault(reason, (0, 0, []));
                        if (group.Sample.Count < CleanupPlanner.SampleSize)
                        {
                            group.Sample.Add(entry.Id);
                        }

                        groups[reason] = (group.Count + 1, group.Bytes + entry.Bytes, group.Sample);
                    }
                }
            }
        }
        catch (TierException e)
        {
            return (new TierTotals(tier.Name, 0, 0) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause }, [], []);
        }

        var removals = groups.Select(pair => new PlannedRemoval(tier.Name, pair.Key, pair.Value.Count, pair.Value.Bytes, CleanupPlanner.Because(tier.Name, pair.Key)) { Sample = pair.Value.Sample });
        return (new TierTotals(tier.Name, entries, bytes) { Left = new Dictionary<string, long> { ["pinned"] = pinned, ["foreign"] = foreign } }, [.. removals], Findings(tier.Name, forever, foreign));
    }

    private List<string> Findings(TierName tier, long forever, long foreign)
    {
        var findings = new List<string>();
        if (tier == TierName.Upstash && forever > 0)
        {
            findings.Add(policy.RedisExpiryForKeysWithoutOne is { } expiry
                ? $"{forever:N0} Redis keys have no expiry; the policy gives them {expiry:c}."
                : $"{forever:N0} Redis keys have no expiry and stay for ever; cleanup.redisExpiryForKeysWithoutOne would give them one.");
        }

        if (foreign > 0)
        {
            findings.Add($"{foreign:N0} {tier.Title()} keys are not provably this project's; they are never touched.");
        }

        return findings;
    }

    private async Task<IReadOnlyDictionary<TierName, TierMemory>> RememberedAsync(string project, CancellationToken cancellationToken)
    {
        var known = new Dictionary<TierName, TierMemory>();
        foreach (var tier in tiers)
        {
            if (await notes.ReadAsync<TierMemory>(project, "tier:" + tier.Name.Word(), cancellationToken) is { } memory)
            {
                known[tier.Name] = memory;
            }
        }

        return known;
    }

    private async Task<IReadOnlyDictionary<TierName, ServerFacts>> ServersAsync(CleanupRequest request, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<TierName, ServerFacts>();
        foreach (var tier in Chosen(request))
        {
            try
            {
                if (tier is IClockedTier clocked)
                {
                    var (clock, identity) = await clocked.AskServerAsync(cancellationToken);
                    facts[tier.Name] = new ServerFacts(clock, identity);
                }
            }
            catch (TierException)
            {
                // The scan of this tier failed too and the plan says so.
            }
        }

        return facts;
    }
}
