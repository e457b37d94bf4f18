using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Looks and decides: learns the rules, scans the tiers, lets the guards look at the whole, remembers the plan. Changes nothing in a tier.</summary>
internal sealed class CleanupPlanService(IReadOnlyList<ITier> tiers, PlanStore plans, SelectionRulesService learning, PlanGuardService guards, RewriteService rewriting, CleanupPolicy policy, string project)
{
    public async Task<CleanupPlan> PlanAsync(CleanupRequest request, DateTimeOffset now, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var before = TierCalls.Of(tiers);
        var chosen = request.Of(tiers);
        var id = PlanStore.NewId(now);
        var reported = new List<string>();
        var spent = await guards.SpentAsync(now, cancellationToken);
        var (rewrites, leftAlone) = await rewriting.RulesAsync(request, now, cancellationToken);
        var rules = chosen.Count == 0 ? null : await LearnAsync(chosen[^1], request, now, spent, reported, progress, cancellationToken) with { Rewrites = rewrites };
        reported.AddRange(leftAlone);
        var tallies = rules is null ? [] : await SelectAsync(id, chosen, rules, reported, progress, cancellationToken);
        var removals = tallies.SelectMany(tally => tally.Removals(CleanupPlanner.SampleSize)).ToList();
        var plan = CleanupPlanner.Plan(id, request, [.. tallies.Select(tally => tally.Totals)], removals, reported, now, policy);
        plan = plan with { Rewrites = await rewriting.PlanAsync([.. tallies.Select(tally => tally.Rewrites)], now, cancellationToken) };
        var promise = CleanupCosts.Promise(request.Inputs, EffectOf(rules, tallies, request.Inputs));
        plan = plan with
        {
            Expected = CleanupCosts.Price(promise, plan, chosen.ToDictionary(tier => tier.Name, tier => tier.Price), BatchPace.Start(policy.BatchSize), probed: !request.FullPace),
            Looked = TierCalls.Of(tiers).Since(before),
        };
        plan = plan with { Refusals = await guards.CheckAsync(plan, request, spent, cancellationToken) };
        await plans.SaveAsync(plan, cancellationToken);
        return plan;
    }

    private async Task<SelectionRules> LearnAsync(ITier leader, CleanupRequest request, DateTimeOffset now, DeletionBudget spent, List<string> reported, Action<double, string> progress, CancellationToken cancellationToken)
    {
        if (request.Mode.WeighsValue())
        {
            progress(0, $"Learning what {leader.Name.Title()}'s entries are worth");
        }

        return await learning.LearnAsync(leader, request, now, spent, reported, cancellationToken);
    }

    // The record decides what goes for its value; its keys and memories go with it. Scanned first, removed last.
    private async Task<IReadOnlyList<TierSelection>> SelectAsync(string id, IReadOnlyList<ITier> chosen, SelectionRules rules, List<string> reported, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var tallies = new List<TierSelection>();
        var selecting = new SelectionService(policy, project);
        var givesEnds = rules.Rewrites?.GivesEnds == true;
        foreach (var tier in chosen.Reverse())
        {
            progress((double)tallies.Count / chosen.Count, $"Choosing in {tier.Name.Title()}");
            await using var selection = plans.Write(id, tier.Name);
            var tally = await selecting.SelectAsync(tier, tier == chosen[^1], rules, selection, cancellationToken);
            tallies.Insert(0, tally);
            if (tier.Name == TierName.Postgresql && tally.Error is not null && chosen.Count > 1 && rules.Mode != CleanupMode.Light)
            {
                reported.Add($"From the others only what has expired is taken: {tier.Name.Title()} could not be looked at, and its pins hold for them too.");
                rules = rules.WithPinsUnknown();
            }

            reported.AddRange(tally.Findings(policy, givesEnds));
        }

        return tallies;
    }

    // The lookups of the window, stretched to the model's horizon; without a counted window nothing is promised.
    private static RemovalEffect? EffectOf(SelectionRules? rules, IReadOnlyList<TierSelection> tallies, CleanupInputs? inputs) => rules?.Model is { } model && inputs is { Lookups: { } lookups, Window: { } window } && window > TimeSpan.Zero
        ? model.Effect(tallies.SelectMany(tally => tally.Doomed), lookups * (model.Horizon / window), new RemovalEffectPolicy())
        : null;
}
