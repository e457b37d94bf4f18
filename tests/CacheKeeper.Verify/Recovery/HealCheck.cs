using CacheKeeper.Client;
using CacheKeeper.Recovery;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Scheduling;
using Npgsql;

namespace CacheKeeper.Verify.Recovery;

/// <summary>Each class of fault is planted and taken away: the keeper is well again within 30 s of its end, or has asked a person; it never goes round in circles.</summary>
internal sealed class HealCheck : ICheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public string Name => "heal";
    public string Goal => "dead pool, stuck lease, full tier, lagging job, lost local state, expired token: well again within 30 s of the fault's end, never more than three tries without a person being told, nothing deleted";
    public (int Smoke, int Default, int Full) Tries => (1, 20, 100);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var live = await LiveKeeper.StartAsync(cancellationToken);
        var rows = await FillAsync(live, cancellationToken);
        (string Name, Func<LiveKeeper, CancellationToken, Task<TimeSpan?>> Plant)[] classes =
        [
            ("dead pool", DeadPoolAsync),
            ("stuck lease", StuckLeaseAsync),
            ("full tier", (keeper, cancel) => TierFaultAsync(keeper, CacheTiers.Upstash, TierFault.Full, IssueKind.EvictionOrWriteRejected, cancel)),
            ("lagging job", LaggingJobAsync),
            ("lost local state", LostStateAsync),
            ("expired token", (keeper, cancel) => TierFaultAsync(keeper, CacheTiers.Mem0, TierFault.Unauthorized, IssueKind.CredentialsRejected, cancel)),
        ];
        foreach (var (name, plant) in classes)
        {
            var took = new List<TimeSpan>();
            for (var attempt = 0; attempt < run.Tries; attempt++)
            {
                var healed = await plant(live, cancellationToken);
                run.Expect(healed is not null && (run.Smoke || healed <= Limit), $"{name}: not well within {Limit.TotalSeconds:0} s of the fault's end ({healed?.TotalSeconds:0.0} s)");
                took.Add(healed ?? TimeSpan.MaxValue);
            }

            took.Sort();
            run.Fact($"{name}: {took.Count} times, well after {took[took.Count / 2].TotalSeconds:0.0} s (median), {took[^1].TotalSeconds:0.0} s (longest)");
        }

        await JudgeAsync(run, live, rows, cancellationToken);
    }

    private static async Task JudgeAsync(CheckRun run, LiveKeeper live, long rows, CancellationToken cancellationToken)
    {
        var incidents = await live.Incidents.ListAsync(live.Keeper.Project, DateTimeOffset.UnixEpoch, 10_000, cancellationToken);
        run.Expect(incidents.All(incident => incident.Attempts <= live.Policy.MaxAttempts), "an incident has more tries than allowed");
        run.Expect(incidents.All(incident => incident.Attempts < live.Policy.MaxAttempts || incident.EscalatedAt is not null || !incident.IsOpen), "an incident goes on without a person being told");
        run.Expect(await RowsAsync(live, cancellationToken) == rows, "a repair deleted rows");
        run.Expect(live.Logs.Unexpected.IsEmpty, $"unexpected: {string.Join("; ", live.Logs.Unexpected.Distinct().Take(3))}");
        run.Fact($"{incidents.Count} incidents, at most {(incidents.Count == 0 ? 0 : incidents.Max(incident => incident.Attempts))} tries each");
    }

    // Every session of the keeper is cut: its pool holds only dead connections.
    private static async Task<TimeSpan?> DeadPoolAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        await using (var admin = NpgsqlDataSource.Create(live.Host.PostgreSql.AdminConnection()))
        {
            await using var cut = admin.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cachekeeper'");
            await cut.ExecuteNonQueryAsync(cancellationToken);
        }

        return await LiveKeeper.UntilAsync(async () => (await live.RunAsync(FixedJobs.HealthCheck, cancellationToken))?.Outcome == RunOutcome.Done, 2 * Limit, cancellationToken);
    }

    // Another node took the job's lease and died.
    private static async Task<TimeSpan?> StuckLeaseAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        await live.Keeper.Leases.AcquireAsync($"{live.Keeper.Project}/job:{FixedJobs.HealthCheck}", "dead/1", live.Keeper.Settings.Scheduling.Lease, cancellationToken);
        return await LiveKeeper.UntilAsync(async () => await TryAsync(live, FixedJobs.HealthCheck, cancellationToken) == RunOutcome.Done, 2 * Limit, cancellationToken);
    }

    // A run whose process died in the middle stands open in the ledger; the timetable begins it anew.
    private static async Task<TimeSpan?> LaggingJobAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        var keeper = live.Keeper;
        var now = DateTimeOffset.UtcNow;
        var draft = new RunRecord { Run = "", Job = FixedJobs.HealthCheck, Project = keeper.Project, ScheduledAt = now, StartedAt = now, Node = "dead", Trigger = RunTrigger.Schedule, Token = 1 };
        var run = await keeper.Runs.BeginAsync(draft, cancellationToken);
        var timetable = new TimetableRunner(
            new ProjectParts
            {
                Project = keeper.Project,
                Node = KeeperHost.Node,
                Policy = keeper.Settings.Scheduling,
                Timetable = [.. keeper.Timetable.Where(job => job.Name == FixedJobs.HealthCheck)],
                Runs = keeper.Runs,
                Runner = keeper.Runner,
                Notes = keeper.SchedulerNotes,
                Create = name => JobCatalogHost.Create(name, keeper),
            },
            TimeProvider.System,
            live.Logs);
        await timetable.BeginAsync(cancellationToken);
        return await LiveKeeper.UntilAsync(async () =>
        {
            await timetable.TickAsync(cancellationToken);
            await timetable.SettleAsync();
            return (await keeper.Runs.FindAsync(run!.Run, cancellationToken))?.Outcome is not null;
        }, 2 * Limit, cancellationToken);
    }

    // The state is gone while a directive of ours stands in the tiers: a keeper without memory must not leave it standing.
    private static async Task<TimeSpan?> LostStateAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        var left = new LeaveOutDirective(CacheTiers.Mem0, DateTimeOffset.UtcNow.AddMinutes(30), "planted", RecoveryService.By);
        await live.Keeper.Directives.ReplaceAsync(RecoveryService.By, new([left], []), cancellationToken);
        await live.Keeper.State.ExecuteAsync("DELETE FROM directives", null, cancellationToken);
        await live.Keeper.State.ExecuteAsync("DELETE FROM incidents", null, cancellationToken);
        var anew = new RecoveryHost(live.Keeper, live.Logs);
        return await LiveKeeper.UntilAsync(async () =>
        {
            await anew.Service.LookAsync(cancellationToken);
            await anew.Service.SettleAsync();
            return (await live.Keeper.Directives.ReadAsync(cancellationToken)).LeaveOut.Count == 0;
        }, 2 * Limit, cancellationToken);
    }

    private static async Task<TimeSpan?> TierFaultAsync(LiveKeeper live, string tier, string fault, IssueKind kind, CancellationToken cancellationToken)
    {
        await live.Host.Faults.SetAsync(tier, fault, null, cancellationToken);
        var seen = await LiveKeeper.UntilAsync(async () => (await live.Incidents.OpenAsync(live.Keeper.Project, cancellationToken)).Any(incident => incident.Key.Kind == kind), Limit, cancellationToken);
        await live.Host.Faults.ClearAsync(cancellationToken);
        return seen is null ? null : await LiveKeeper.UntilAsync(async () => (await live.Incidents.OpenAsync(live.Keeper.Project, cancellationToken)).Count == 0, 2 * Limit, cancellationToken);
    }

    private static async Task<RunOutcome?> TryAsync(LiveKeeper live, string job, CancellationToken cancellationToken)
    {
        try
        {
            return (await live.RunAsync(job, cancellationToken))?.Outcome;
        }
        catch (KeeperException e) when (e.ExitCode == ExitCode.Busy)
        {
            return null;
        }
    }

    private static async Task<long> FillAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        await ExecuteAsync(live, "INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds) SELECT md5('heal' || g), 'q', 'r', 'upi_admin_gateway', 'general', 'a', now(), 360000 FROM generate_series(1, 20) g", cancellationToken);
        return await RowsAsync(live, cancellationToken);
    }

    private static async Task<long> RowsAsync(LiveKeeper live, CancellationToken cancellationToken) => (long)(await ExecuteAsync(live, "SELECT count(*) FROM cache_entries", cancellationToken))!;

    private static async Task<object?> ExecuteAsync(LiveKeeper live, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(live.Host.Endpoints.DatabaseUrl) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
