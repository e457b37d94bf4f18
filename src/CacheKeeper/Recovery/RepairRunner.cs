using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Recovery;

/// <summary>Runs a job that recovery asks for, under its lease and guards; tells the outcome in a sentence.</summary>
internal delegate Task<string> RepairJob(Repair repair, CancellationToken cancellationToken);

/// <summary>Carries repairs out. Each has its deadline, and one that fails is told, never thrown.</summary>
internal sealed class RepairRunner(IReadOnlyList<ITier> tiers, RepairJob runJob, RecoveryPolicy policy)
{
    public async Task<string> RunAsync(Repair repair, CancellationToken cancellationToken)
    {
        try
        {
            return repair switch
            {
                Repair.RunJob or Repair.FreeBytes => await runJob(repair, cancellationToken),
                Repair.CancelOwnStatements cancel => await CancelAsync(cancel.OlderThan, cancellationToken),
                Repair.RecyclePool => Recycle(),
                _ => throw new ArgumentOutOfRangeException(nameof(repair), repair, "an unknown repair"),
            };
        }
        catch (Exception e) when (e is TierException or KeeperException or System.Data.Common.DbException)
        {
            return $"It could not be done: {e.Message}";
        }
    }

    private string Recycle()
    {
        foreach (var postgres in tiers.OfType<PostgresTier>())
        {
            postgres.RecycleConnections();
        }

        return "Idle connections to PostgreSQL were closed.";
    }

    // By application name, user and database, active ones only, cancelled and never terminated.
    private async Task<string> CancelAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        if (tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres)
        {
            return "PostgreSQL is not configured.";
        }

        var cancelled = await postgres.RunAsync("cancel own statements", async (connection, _) =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity
                WHERE application_name = 'cachekeeper' AND usename = current_user AND datname = current_database()
                    AND state = 'active' AND pid <> pg_backend_pid() AND clock_timestamp() - query_start > @age
                """,
                connection);
            command.Parameters.AddWithValue("age", olderThan);
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }, cancellationToken);
        return cancelled == 0 ? $"None of the keeper's statements ran longer than {policy.CancelAfter.TotalSeconds:0} s." : $"{cancelled} of the keeper's own statements were cancelled.";
    }
}
