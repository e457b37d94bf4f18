using System.Globalization;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>R5: two real daemons on one PostgreSQL state fire a schedule each second while one of them is killed, stopped beyond its lease, woken.</summary>
internal sealed class HaCheck : ICheck
{
    private const int FireTimesForEachDisturbance = 10;
    private static readonly TimeSpan MayBeLater = TimeSpan.FromSeconds(2);

    public string Name => "ha";

    public string Goal => "two daemons, a fire time each second, SIGKILL, SIGSTOP beyond the lease, SIGCONT: one completed record for each time, no removal under a stale lease, take-over within lease + 2 s";

    public (int Smoke, int Default, int Full) Tries => (6, 240, 3600);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var lease = TimeSpan.FromSeconds(run.Smoke ? 2 : 5);
        await using var keepers = await TwoKeepers.StartAsync(lease, cancellationToken);
        keepers.Start(0);
        if (!await WaitForRunsAsync(keepers, cancellationToken))
        {
            run.Offend("no keeper began to run: " + keepers.LastWords());
            return;
        }

        await keepers.WatchLeasesAsync(cancellationToken);
        await keepers.StartAndWaitAsync(1, cancellationToken);
        var from = DateTimeOffset.UtcNow;
        using var feeding = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeder = FeedAsync(keepers, feeding.Token);
        var disturbances = await DisturbAsync(run, keepers, lease, from, cancellationToken);
        var until = DateTimeOffset.UtcNow;

        // What was begun last may end, or be taken over.
        await feeding.CancelAsync();
        await feeder;
        await Task.Delay(lease + MayBeLater, cancellationToken);
        await WaitForEndsAsync(keepers, until, cancellationToken);
        await new HaOracle(keepers, run).JudgeAsync(disturbances, lease + MayBeLater, from, until, cancellationToken);
    }

    private static async Task<bool> WaitForRunsAsync(TwoKeepers keepers, CancellationToken cancellationToken)
    {
        for (var look = 0; look < 120; look++)
        {
            await Task.Delay(500, cancellationToken);
            await using var command = keepers.Owner.CreateCommand("SELECT to_regclass('runs') IS NOT NULL");
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                await using var runs = keepers.Owner.CreateCommand("SELECT count(DISTINCT project) FROM runs WHERE ended_at IS NOT NULL");
                if (await runs.ExecuteScalarAsync(cancellationToken) is long count && count == TwoKeepers.Projects.Count)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static async Task WaitForEndsAsync(TwoKeepers keepers, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = keepers.Owner.CreateCommand("SELECT count(*) FROM runs WHERE ended_at IS NULL AND scheduled_at <= $1");
        command.Parameters.AddWithValue(until.ToUnixTimeMilliseconds());
        for (var look = 0; look < 60 && await command.ExecuteScalarAsync(cancellationToken) is not 0L; look++)
        {
            await Task.Delay(500, cancellationToken);
        }
    }

    private static async Task FeedAsync(TwoKeepers keepers, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await keepers.FeedAsync(8, cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Enough was fed.
        }
    }

    private static async Task<List<Disturbance>> DisturbAsync(CheckRun run, TwoKeepers keepers, TimeSpan lease, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var random = new Random(run.Seed);
        var done = new List<Disturbance>();
        var wanted = Math.Max(1, run.Tries / FireTimesForEachDisturbance);
        while (done.Count < wanted || DateTimeOffset.UtcNow - from < TimeSpan.FromSeconds(run.Tries))
        {
            await Task.Delay(random.Next(500, 3000), cancellationToken);
            if (done.Count >= wanted)
            {
                continue;
            }

            var (victim, kill) = (random.Next(2), random.Next(2) == 0);
            done.Add(await Disturbance.ReadAsync(keepers, keepers.ProcessOf(victim), kill, cancellationToken));
            if (kill)
            {
                await keepers.KillAsync(victim, cancellationToken);
                await Task.Delay(random.Next(500, 2000), cancellationToken);
                await keepers.StartAndWaitAsync(victim, cancellationToken);
            }
            else
            {
                await keepers.StopAsync(victim, cancellationToken);
                await Task.Delay(lease * 2, cancellationToken);
                await keepers.ContinueAsync(victim, cancellationToken);
            }

            // The other keeper may be the next victim: this one must have found its way back.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }

        run.Fact(string.Create(CultureInfo.InvariantCulture, $"{done.Count(one => one.Killed)} killed, {done.Count(one => !one.Killed)} stopped beyond the lease; {done.Sum(one => one.Unfinished.Count)} runs were under way there"));
        return done;
    }
}
