using CacheKeeper.Alerts;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Runs what firing alerts ask for: the named job, under its lease, guards, ledger and audit. What recovery sees to already is left to it.</summary>
internal sealed class AutoActionRunner(KeeperHost keeper) : IActionRunner
{
    // An action and the incident that does the same work; two hands must not do it at once.
    private static readonly Dictionary<string, IssueKind> SeenToByRecovery = new(StringComparer.Ordinal)
    {
        ["trigger_cleanup"] = IssueKind.HighMemoryUsage,
        ["trigger_optimization"] = IssueKind.LowHitRatio,
    };

    public async Task<bool> IsFrozenAsync(string project, CancellationToken cancellationToken) => await keeper.Freezes.FindAsync(keeper.Time.GetUtcNow(), cancellationToken) is not null;

    public async Task<string> RunAsync(string project, ActionDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Job is null || !JobCatalogHost.IsAvailable(decision.Job))
        {
            return $"not available: there is no job {decision.Job ?? decision.Action} here";
        }

        if (SeenToByRecovery.TryGetValue(decision.Action, out var kind) && (await new IncidentStore(keeper.State).OpenAsync(project, cancellationToken)).Any(incident => incident.Key.Kind == kind && incident.Phase == IncidentPhase.Treated))
        {
            return "left to recovery, which sees to it already";
        }

        try
        {
            var request = new JobRequest(project, RunTrigger.AutoAction) { Name = decision.Job, DryRun = decision.DryRun };
            var run = await keeper.Runner.RunAsync(JobCatalogHost.Create(decision.Job, keeper), request, cancellationToken);
            return run is null ? "run by another keeper" : $"{run.Run}: {RunRow.Word(run.Outcome ?? RunOutcome.Failed)}. {run.Reason}";
        }
        catch (KeeperException e) when (e.ExitCode == ExitCode.Busy)
        {
            return $"not run: {e.Message}";
        }
    }
}
