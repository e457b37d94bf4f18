using CacheKeeper.Client;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.History;

/// <summary>Reads the access log into what the rules and the judge look at.</summary>
internal sealed class HistoryService(IReadOnlyList<ITier> tiers, string project, OptimizerPolicy policy)
{
    // The caches of a replay fill during the first part of the time; counting begins after it.
    private const double WarmUp = 0.125;

    private IReadOnlyCollection<TierName> Names => [.. tiers.Select(tier => tier.Name)];

    /// <summary>The window up to now; null without PostgreSQL, without the log, or when nothing was logged.</summary>
    /// <param name="directives">Those of the optimizer: what today's lifetimes are.</param>
    public async Task<AccessHistory?> ReadAsync(DirectivesDocument directives, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await LogAsync(cancellationToken) is not { } log || await log.BeginsAsync(now - policy.Window, now, cancellationToken) is not { } from)
        {
            return null;
        }

        var length = (now - from).TotalSeconds;
        var history = new AccessHistory(from, now, (category, agent) => Replay(category, agent, directives, length, now), policy.MostGroups);
        await foreach (var access in log.ReadAsync(from.AddTicks(-1), now, cancellationToken))
        {
            history.Add(access);
        }

        return history.Logged == 0 ? null : history;
    }

    /// <summary>What the log says of a change, and the share of all lookups that its group has since; null when there is no log.</summary>
    public async Task<(ChangeHistory History, double Share)?> ReadAsync(Change change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await LogAsync(cancellationToken) is not { } log)
        {
            return null;
        }

        var from = await log.BeginsAsync(change.AppliedAt - policy.Window, change.AppliedAt, cancellationToken) ?? change.AppliedAt;
        var both = change.Trial is { } trial
            ? new ChangeHistory(Group(change, from, (change.AppliedAt - from).TotalSeconds, now, In(trial, from, change, on: false)), Group(change, from, (change.AppliedAt - from).TotalSeconds, now, In(trial, from, change, on: true)))
            : new ChangeHistory(Group(change, from, (change.AppliedAt - from).TotalSeconds * WarmUp, change.AppliedAt), Group(change, from, (Settled(change, now) - from).TotalSeconds, now));
        long group = 0, all = 0;
        await foreach (var access in log.ReadAsync(from.AddTicks(-1), now, cancellationToken))
        {
            var after = access.At >= change.AppliedAt;
            all += after ? 1 : 0;
            if (access.Category != change.Directive.Category || (change.Directive.Agent is { } agent && access.Agent != agent))
            {
                continue;
            }

            group += after ? 1 : 0;
            var at = (access.At - from).TotalSeconds;
            both.After.Add(access, at);
            if (!after || change.Trial is not null)
            {
                both.Before.Add(access, at);
            }
        }

        return (both, all == 0 ? 0 : (double)group / all);
    }

    // What was saved under the old lifetime runs out first; at most half of the time until the verdict goes by with that.
    private static DateTimeOffset Settled(Change change, DateTimeOffset now)
    {
        var longer = TimeSpan.FromSeconds(Math.Max(change.SecondsBefore, change.Directive.Seconds ?? 0));
        var half = (now - change.AppliedAt) / 2;
        return change.AppliedAt + (longer < half ? longer : half);
    }

    // The blocks with or without the change; the first part of each is what the block before left behind.
    private static Func<double, bool> In(SwitchbackTrial trial, DateTimeOffset from, Change change, bool on)
    {
        var longer = TimeSpan.FromSeconds(Math.Max(change.SecondsBefore, change.Directive.Seconds ?? 0));
        var rest = longer < trial.Block / 2 ? longer : trial.Block / 2;
        return seconds => from.AddSeconds(seconds) is var at && trial.BlockOf(at) is { } block && trial.IsOn(at) == on && at - (trial.Start + (trial.Block * block)) >= rest;
    }

    private GroupHistory Group(Change change, DateTimeOffset from, double tallyFrom, DateTimeOffset until, Func<double, bool>? counts = null)
    {
        // A directive for one tier alone does not change how long the others answer.
        double[] lifetimes = [change.SecondsBefore, change.Directive is { Tier: null, Seconds: { } seconds } ? seconds : change.SecondsBefore];
        var replay = new TtlReplay(lifetimes, ChangeHistory.Old, policy.FreshnessOf(change.Directive.Category ?? "").ChangesEvery.TotalSeconds, policy.MostKeys, tallyFrom, (until - from).TotalSeconds, counts);
        return new GroupHistory(change.Directive.Category ?? "", change.Directive.Agent ?? "", replay);
    }

    private TtlReplay Replay(string category, string agent, DirectivesDocument directives, double length, DateTimeOffset now)
    {
        var rule = policy.FreshnessOf(category);
        var current = OrdinaryLifetime.Of(category, agent, Names, directives, policy.Ttl, now);
        var (lifetimes, at) = LifetimeGrid.Of(policy.Ttl, rule.Ceiling, current, current * policy.Ttl.MostGrowthPerWeek);
        return new TtlReplay(lifetimes, at, rule.ChangesEvery.TotalSeconds, policy.MostKeys, length * WarmUp, length);
    }

    private async Task<AccessLogStore?> LogAsync(CancellationToken cancellationToken)
    {
        var log = tiers.OfType<PostgresTier>().FirstOrDefault() is { } postgres ? new AccessLogStore(postgres, project) : null;
        return log is not null && await log.ExistsAsync(cancellationToken) ? log : null;
    }
}
