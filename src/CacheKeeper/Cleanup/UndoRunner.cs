using CacheKeeper.Scheduling;

namespace CacheKeeper.Cleanup;

/// <summary>Runs an undo to its end. One that was stopped by a lost lease is begun anew: what it wrote back stands and is not written twice.</summary>
internal sealed class UndoRunner(JobRunner runner, Func<IJob> job)
{
    // A machine that loses the lease so often is not going to keep the next one.
    private const int Attempts = 5;

    /// <returns>The record of the last attempt.</returns>
    /// <exception cref="KeeperException">Another run holds the lease.</exception>
    public async Task<RunRecord?> RunAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var record = await runner.RunAsync(job(), request, cancellationToken);
        for (var attempt = 1; attempt < Attempts && record?.Outcome == RunOutcome.Interrupted && !cancellationToken.IsCancellationRequested; attempt++)
        {
            record = await runner.RunAsync(job(), request, cancellationToken);
        }

        return record;
    }
}
