using System.Globalization;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>Judges what two disturbed keepers left behind: the ledger, the noted leases, the noted removals.</summary>
internal sealed class HaOracle(TwoKeepers keepers, CheckRun run)
{
    public async Task JudgeAsync(IReadOnlyList<Disturbance> disturbances, TimeSpan takeOverWithin, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (var project in TwoKeepers.Projects)
        {
            await JudgeTimesAsync(project, from, until, cancellationToken);
        }

        await JudgeRemovalsAsync(cancellationToken);
        await JudgeTakeOversAsync(disturbances, takeOverWithin, cancellationToken);
    }

    // Every second has one row, and every row has an end.
    private async Task JudgeTimesAsync(string project, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, int>();
        var (nodes, open, ran) = (new HashSet<string>(), 0, 0);
        await using var command = keepers.Owner.CreateCommand("SELECT scheduled_at / 1000, node, ended_at IS NULL, outcome FROM runs WHERE job = 'light-cleanup' AND project = $1 AND scheduled_at <= $2");
        command.Parameters.AddWithValue(project);
        command.Parameters.AddWithValue(until.ToUnixTimeMilliseconds());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var second = reader.GetInt64(0);
            rows[second] = rows.GetValueOrDefault(second) + 1;
            if (second >= from.ToUnixTimeSeconds() && second <= until.ToUnixTimeSeconds())
            {
                open += reader.GetBoolean(2) ? 1 : 0;
                ran += reader.IsDBNull(3) || reader.GetString(3) == "skipped" ? 0 : 1;
                nodes.Add(reader.GetString(1));
            }
        }

        var (missing, twice, times) = (0, rows.Count(pair => pair.Value > 1), 0);
        for (var second = from.ToUnixTimeSeconds() + 1; second <= until.ToUnixTimeSeconds(); second++, times++)
        {
            missing += rows.ContainsKey(second) ? 0 : 1;
        }

        run.Fact($"{project}: {times} fire times, {ran} ran and the others were skipped with a reason, on {nodes.Count} processes");
        run.Expect(missing == 0, $"{project}: {missing} of {times} fire times have no record");
        run.Expect(twice == 0, $"{project}: {twice} fire times have more than one record");
        run.Expect(open == 0, $"{project}: {open} records have no end");
    }

    // At the instant of each removal, the process behind that login must have held the lease on the tier.
    private async Task JudgeRemovalsAsync(CancellationToken cancellationToken)
    {
        var logins = keepers.Processes.ToLookup(one => one.Login, one => one.Process.ToString(CultureInfo.InvariantCulture));
        var (all, stale) = (0, 0);
        await using var command = keepers.Owner.CreateCommand(
            """
            SELECT r.login, l.owner, l.expires_at > extract(epoch FROM r.at) * 1000
            FROM removed r
            LEFT JOIN LATERAL (SELECT * FROM lease_log l WHERE l.name = r.project || '/tier:postgresql' AND l.at <= r.at ORDER BY l.at DESC LIMIT 1) l ON true
            WHERE r.at > (SELECT min(at) + interval '10 seconds' FROM lease_log)
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            all++;
            var holder = reader.IsDBNull(1) ? "" : reader.GetString(1).Split('/')[1];
            stale += !reader.IsDBNull(2) && reader.GetBoolean(2) && logins[reader.GetString(0)].Contains(holder) ? 0 : 1;
        }

        run.Fact($"{all} removals, each looked up in the log of leases");
        run.Expect(run.Smoke || all > 0, "nothing was removed: whether a stale lease removes was not tried");
        run.Expect(stale == 0, $"{stale} of {all} removals were done by a keeper that did not hold the tier's lease then");
    }

    private async Task JudgeTakeOversAsync(IReadOnlyList<Disturbance> disturbances, TimeSpan within, CancellationToken cancellationToken)
    {
        var waits = new List<double>();
        foreach (var (disturbance, unfinished) in disturbances.SelectMany(one => one.Unfinished.Select(run => (one, run))))
        {
            await using var command = keepers.Owner.CreateCommand(
                """
                SELECT dead.outcome, (SELECT min(next.started_at) FROM runs next
                    WHERE next.job = dead.job AND next.project = dead.project AND next.started_at > $2 AND next.node <> dead.node AND coalesce(next.outcome, '') <> 'skipped')
                FROM runs dead WHERE dead.run = $1
                """);
            command.Parameters.AddWithValue(unfinished);
            command.Parameters.AddWithValue(disturbance.At.ToUnixTimeMilliseconds());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);

            // Another outcome: it had just ended by itself when the signal came.
            if (await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) && reader.GetString(0) == "interrupted")
            {
                waits.Add(reader.IsDBNull(1) ? double.PositiveInfinity : (reader.GetInt64(1) - disturbance.At.ToUnixTimeMilliseconds()) / 1000.0);
            }
        }

        if (waits.Count > 0)
        {
            run.Fact(string.Create(CultureInfo.InvariantCulture, $"{waits.Count} runs were taken over, {waits.Average():F1} s after the signal on average, {waits.Max():F1} s at most (allowed {within.TotalSeconds:F0} s)"));
            run.Expect(run.Smoke || waits.Max() <= within.TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"a take-over came after {waits.Max():F1} s"));
        }
    }
}
