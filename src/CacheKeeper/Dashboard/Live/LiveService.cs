using System.Collections.Concurrent;
using System.Data.Common;
using CacheKeeper.Alerts;
using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>Gathers what the page and the API show. However many watch, a tier is asked at most once in a while.</summary>
internal sealed class LiveService(TimeProvider time, LivePolicy policy)
{
    private readonly ConcurrentDictionary<string, Task<Looked>> _looks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LiveView> _views = new(StringComparer.Ordinal);

    public async Task<LiveView> ViewAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        if (Current(keeper.Project) is { } known)
        {
            return known;
        }

        var turn = _turns.GetOrAdd(keeper.Project, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return Current(keeper.Project) ?? (_views[keeper.Project] = await BuildAsync(keeper, cancellationToken));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Something was changed: what is known of the project is looked at anew.</summary>
    public void Forget(string project)
    {
        _looks.TryRemove(project, out _);
        _views.TryRemove(project, out _);
    }

    private LiveView? Current(string project) => _views.TryGetValue(project, out var view) && time.GetUtcNow() - view.At < policy.ViewFor ? view : null;

    private async Task<LiveView> BuildAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var day = await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Since = now.AddDays(-1), Limit = policy.MostRuns }, cancellationToken);
        var looked = await LookedAsync(keeper, now, Activity.LastChange(day) ?? DateTimeOffset.MinValue);
        var alerts = await new AlertStore(keeper.State).StatesAsync(keeper.Project, cancellationToken);
        return new LiveView(keeper.Project, now, looked.Health, looked.Tiers, looked.Counters, looked.CountersUnknown, day)
        {
            LastCleanup = await LastCleanupAsync(keeper, cancellationToken),
            Samples = await new SampleStore(keeper.State).LatestAsync(keeper.Project, now - policy.SampleFor, cancellationToken),
            Freeze = await keeper.Freezes.FindAsync(now, cancellationToken),
            Directives = looked.Directives,
            Incidents = await new IncidentStore(keeper.State).OpenAsync(keeper.Project, cancellationToken),
            HitRatios = await new SampleStore(keeper.State).ReadAsync(keeper.Project, "hit_ratio", now.AddDays(-1), now, cancellationToken),
            Running = [.. day.Where(run => run.EndedAt is null)],
            Firing = alerts.Count == 0 ? null : [.. alerts.Values.Where(alert => alert.Phase == AlertPhase.Firing).OrderBy(alert => alert.Rule, StringComparer.Ordinal)],
        };
    }

    private static async Task<RunRecord?> LastCleanupAsync(KeeperHost keeper, CancellationToken cancellationToken) =>
        (await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Limit = 500 }, cancellationToken))
        .FirstOrDefault(run => Activity.KindOf(run.Job) == "cleanups" && run.Outcome is (RunOutcome.Done or RunOutcome.Degraded));

    // The work belongs to all who wait for it, so it does not end with one of them; the tiers' own deadlines bound it.
    // What was seen before the latest change, whoever made it, would contradict what is said of that change.
    private async Task<Looked> LookedAsync(KeeperHost keeper, DateTimeOffset now, DateTimeOffset changedAt)
    {
        if (_looks.TryGetValue(keeper.Project, out var earlier) && earlier.IsCompletedSuccessfully && now - earlier.Result.At < policy.LookFor && earlier.Result.At >= changedAt)
        {
            return await earlier;
        }

        var look = LookAsync(keeper, now, changedAt);
        _looks[keeper.Project] = look;
        return await look;
    }

    private async Task<Looked> LookAsync(KeeperHost keeper, DateTimeOffset now, DateTimeOffset changedAt)
    {
        using var limit = new CancellationTokenSource(policy.Patience, time);
        var verdicts = ProbeService.CheckAsync(keeper.Tiers, TierHost.HowToConfigure, keeper.Settings.Health, time, CancellationToken.None);
        var tiers = TiersAsync(keeper, (now, changedAt), limit.Token);
        var directives = DirectivesAsync(keeper, limit.Token);
        var (counters, unknown) = await CountersAsync(keeper, now, limit.Token);
        return new Looked(now, HealthReport.Of(keeper.Project, now, await verdicts), await tiers, counters, unknown, await directives);
    }

    private async Task<IReadOnlyList<TierSnapshot>> TiersAsync(KeeperHost keeper, (DateTimeOffset Now, DateTimeOffset ChangedAt) at, CancellationToken cancellationToken)
    {
        var kept = new SnapshotStore(keeper.State);
        return await Task.WhenAll(keeper.Tiers.OrderByDescending(tier => tier.Name).Select(tier => SnapshotAsync(kept, keeper.Project, tier, at, cancellationToken)));
    }

    // What the collection kept is good enough while it is young and nothing was changed since; else the tier is asked. One that takes too long is shown as it was, with its age, or as unknown.
    private async Task<TierSnapshot> SnapshotAsync(SnapshotStore kept, string project, ITier tier, (DateTimeOffset Now, DateTimeOffset ChangedAt) at, CancellationToken limit)
    {
        var known = await kept.LatestAsync(project, tier.Name, CancellationToken.None);
        if (known is not null && at.Now - known.TakenAt < policy.SnapshotFor && known.TakenAt >= at.ChangedAt)
        {
            return known;
        }

        try
        {
            return (await TierLookService.LookAsync([tier], new TierScope(project), at.Now, limit))[0];
        }
        catch (OperationCanceledException)
        {
            return known ?? new TierSnapshot(tier.Name, at.Now) { Error = $"A look takes longer than {policy.Patience.TotalSeconds:0} s; the next collection tells." };
        }
    }

    private static async Task<DirectivesDocument?> DirectivesAsync(KeeperHost keeper, CancellationToken limit)
    {
        try
        {
            return await keeper.Directives.ReadAsync(limit);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<(ClientCounters? Counters, string? Unknown)> CountersAsync(KeeperHost keeper, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (keeper.Tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres)
        {
            return (null, "lookups are counted in PostgreSQL, which is not configured");
        }

        try
        {
            return await ClientCounterStore.ReadAsync(postgres, keeper.Project, now, cancellationToken) is { } counters
                ? (counters, null)
                : (null, "no gateway has counted a lookup yet (docs/client.md)");
        }
        catch (Exception e) when (e is TierException or DbException or OperationCanceledException)
        {
            return (null, "PostgreSQL, where lookups are counted, does not answer");
        }
    }

    private sealed record Looked(DateTimeOffset At, HealthReport Health, IReadOnlyList<TierSnapshot> Tiers, ClientCounters? Counters, string? CountersUnknown, DirectivesDocument? Directives);
}
