namespace CacheKeeper.Scheduling;

/// <summary>Begins and ends runs: the leases and the ledger row change in one transaction, so that no crash comes between them.</summary>
internal sealed class ClaimStore(LeaseStore leases)
{
    /// <summary>Takes the leases, writes the row, and closes earlier runs of the job whose node died.</summary>
    /// <param name="lone">The lease whose fencing token the row carries.</param>
    /// <param name="takesOver">The unfinished run of a dead node whose scheduled time this one takes.</param>
    public Task<Claim> ClaimAsync(IReadOnlyList<string> names, string lone, string owner, TimeSpan duration, RunRecord draft, string? takesOver, CancellationToken cancellationToken) =>
        leases.State.InTransactionAsync(
            async (connection, transaction) =>
            {
                var (held, taken) = await leases.AcquireAllInAsync(connection, transaction, names, owner, duration);
                if (taken is not null)
                {
                    return new Claim([], null, taken);
                }

                var token = held.FirstOrDefault(lease => lease.Name == lone)?.Token ?? 0;
                if (await RunStore.BeginInAsync(connection, transaction, draft with { Token = token }, takesOver) is not { } record)
                {
                    await LeaseStore.ReleaseInAsync(connection, transaction, held);
                    return new Claim([], null, null);
                }

                await RunStore.CloseInterruptedInAsync(connection, transaction, record);
                return new Claim(held, record, null);
            },
            cancellationToken);

    /// <summary>Completes the row and releases the leases.</summary>
    /// <returns>Whether the row was completed now; false when it had been closed before.</returns>
    public Task<bool> EndAsync(string run, JobResult result, DateTimeOffset endedAt, IReadOnlyList<Lease> held) =>
        leases.State.InTransactionAsync(
            async (connection, transaction) =>
            {
                var completed = await RunStore.CompleteInAsync(connection, transaction, run, result, endedAt);
                await LeaseStore.ReleaseInAsync(connection, transaction, held);
                return completed;
            },
            CancellationToken.None);
}
