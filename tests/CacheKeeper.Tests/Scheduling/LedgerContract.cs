using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Health;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>Leases, ledger and notes, as they must be on every kind of state.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddHours(2);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private StateLocation _location = null!;
    private StateStore _state = null!;
    private LeaseStore _leases = null!;
    private RunStore _runs = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _location = await LocateAsync();
        _state = await StateStore.OpenAsync(_location, Now);
        (_leases, _runs) = (new LeaseStore(_state), new RunStore(_state));
    }

    [Fact]
    public async Task Only_one_owner_holds_a_lease_and_a_later_one_gets_a_larger_token()
    {
        var first = await _leases.AcquireAsync("tier", "a", Minute, Now);
        Assert.NotNull(first);
        Assert.Null(await _leases.AcquireAsync("tier", "b", Minute, Now));
        Assert.Equal("a", await _leases.HolderAsync("tier", Now));

        await _leases.ReleaseAsync(first, Now);
        var second = await _leases.AcquireAsync("tier", "b", Minute, Now);
        Assert.NotNull(second);
        Assert.True(second.Token > first.Token);
        Assert.Null(await _leases.RenewAsync(first, Minute, Now));
        Assert.NotNull(await _leases.RenewAsync(second, Minute, Now));
    }

    [Fact]
    public async Task An_expired_lease_cannot_be_renewed_by_its_old_owner()
    {
        var lease = await _leases.AcquireAsync("tier", "a", TimeSpan.Zero, Now);
        Assert.NotNull(lease);
        Assert.Null(await _leases.RenewAsync(lease, Minute, Now));
    }

    [Fact]
    public async Task Leases_are_taken_all_or_none()
    {
        await _leases.AcquireAsync("tier:b", "other", Minute, Now);
        var (held, holder) = await LeaseRunner.TakeAsync(_leases, ["tier:c", "tier:b", "tier:a"], "me", Minute, TimeProvider.System, Now);
        Assert.Null(held);
        Assert.Equal("other (tier:b)", holder);
        Assert.Null(await _leases.HolderAsync("tier:a", Now));
        Assert.Null(await _leases.HolderAsync("tier:c", Now));
    }

    [Fact]
    public async Task A_scheduled_time_is_recorded_once_whoever_fires_it()
    {
        Assert.Equal("run-1970-01-01-0001", (await _runs.BeginAsync(Draft("a"), Now))?.Run);
        Assert.Null(await _runs.BeginAsync(Draft("b"), Now));
        await _runs.CompleteAsync("run-1970-01-01-0001", JobResult.NothingToDo("all is well"), At.AddHours(1), Now);
        var record = Assert.Single(await _runs.ListAsync(new RunFilter { Project = "p" }, Now));
        Assert.Equal((RunOutcome.NothingToDo, "all is well"), (record.Outcome!.Value, record.Reason));
    }

    [Fact]
    public async Task The_newest_run_of_a_job_is_the_one_that_began_last_and_was_not_skipped()
    {
        foreach (var (job, hour, outcome) in new[] { ("a", 1, RunOutcome.Done), ("a", 3, RunOutcome.Failed), ("a", 5, RunOutcome.Skipped), ("b", 2, RunOutcome.Skipped), ("c", 4, RunOutcome.Done) })
        {
            await _runs.BeginAsync(new RunRecord { Run = "", Job = job, Project = "p", ScheduledAt = At.AddHours(hour), StartedAt = At.AddHours(hour), EndedAt = At.AddHours(hour), Node = "n", Trigger = RunTrigger.Schedule, Outcome = outcome }, Now);
        }

        await _runs.BeginAsync(new RunRecord { Run = "", Job = "a", Project = "another", ScheduledAt = At.AddHours(9), StartedAt = At.AddHours(9), Node = "n", Trigger = RunTrigger.Schedule }, Now);
        var latest = await _runs.LatestAsync("p", Now);
        Assert.Equal([("a", At.AddHours(3)), ("c", At.AddHours(4))], latest.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.StartedAt)));
        var times = await _runs.LastScheduledAsync("p", Now);
        Assert.Equal([("a", At.AddHours(5)), ("b", At.AddHours(2)), ("c", At.AddHours(4))], times.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(["c"], (await _runs.ListAsync(new RunFilter { Project = "p", Except = ["a"], Outcome = RunOutcome.Done }, Now)).Select(run => run.Job));
    }

    [Fact]
    public async Task What_was_removed_is_forgotten_by_age_and_regretted_by_weight()
    {
        var ghosts = new GhostStore(_state, "p");
        await ghosts.AddAsync("run-1", [new Ghost("x", "payments", RemovalReason.LowValue, At, 3), new Ghost("y", "payments", RemovalReason.LowValue, At, 1), new Ghost("z", "orders", RemovalReason.Expired, At, 4)], Now);
        Assert.Equal(0, await ghosts.ShareReturnedAsync(At, RegretLine.Regrettable, Now));

        await ghosts.MarkReturnedAsync([new Ghost("y", "payments", RemovalReason.LowValue, At, 1, At.AddHours(1)), new Ghost("z", "orders", RemovalReason.Expired, At, 4, At.AddHours(1))], Now);
        Assert.Equal(0.25, await ghosts.ShareReturnedAsync(At, RegretLine.Regrettable, Now));
        Assert.Equal(["x"], (await ghosts.ReadGoneAsync(At, Now)).Select(ghost => ghost.Hash));
        Assert.Equal(["z"], (await ghosts.ReadAsync(At, [RemovalReason.Expired], Now)).Select(ghost => ghost.Hash));
        Assert.Null(await ghosts.ShareReturnedAsync(At, [RemovalReason.DraggingCategory], Now));

        await ghosts.ForgetBeforeAsync(At.AddHours(1), Now);
        Assert.Null(await ghosts.ShareReturnedAsync(DateTimeOffset.UnixEpoch, RegretLine.Regrettable, Now));
    }

    [Fact]
    public async Task Checks_older_than_they_are_kept_go_when_new_ones_come()
    {
        var checks = new HealthStore(_state);
        HealthVerdict[] well = [new HealthVerdict(TierName.Postgresql, TierHealth.Healthy, "answers") { Latency = TimeSpan.FromMilliseconds(2) }];
        foreach (var day in (int[])[0, 1, 2])
        {
            await checks.WriteAsync("p", At.AddDays(day), well, At.AddDays(day - 1), Now);
        }

        Assert.Equal([At.AddDays(2), At.AddDays(1)], (await checks.RecentAsync("p", TierName.Postgresql, 10, Now)).Select(check => check.At));
    }

    [Fact]
    public async Task Of_many_that_claim_one_time_at_once_one_gets_it_and_the_leases()
    {
        var claims = new ClaimStore(_leases);
        var asked = Enumerable.Range(0, 20).Select(i => claims.ClaimAsync(["p/tier:x", "p/job:j"], "p/job:j", $"owner {i}", Minute, Draft($"node {i}"), null, Now));
        var answers = await Task.WhenAll(asked);
        var won = Assert.Single(answers, claim => claim.Record is not null);
        Assert.Equal(2, won.Leases.Count);
        Assert.Equal(won.Leases.Single(lease => lease.Name == "p/job:j").Token, won.Record!.Token);
        Assert.True(await claims.EndAsync(won.Record.Run, new JobResult(RunOutcome.Done, "done"), At, won.Leases));
        Assert.Null(await _leases.HolderAsync("p/tier:x", Now));
        Assert.Equal(RunOutcome.Done, (await _runs.FindAsync(won.Record.Run, Now))!.Outcome);
    }

    [Fact]
    public async Task A_time_already_recorded_leaves_its_leases_free()
    {
        await _runs.BeginAsync(Draft("a"), Now);
        var claim = await new ClaimStore(_leases).ClaimAsync(["p/job:j"], "p/job:j", "b", Minute, Draft("b"), null, Now);
        Assert.Null(claim.Record);
        Assert.Null(await _leases.HolderAsync("p/job:j", Now));
    }

    [Fact]
    public async Task A_run_closed_while_its_node_slept_stays_as_it_was_closed()
    {
        var time = TimeProvider.System;
        var policy = new SchedulingPolicy();
        var runner = new JobRunner(_runs, _leases, policy, "asleep", time, NullLogger<JobRunner>.Instance, new AuditStore(_state)) { Freezes = new FreezeStore(new NoteStore(_state), policy) };
        var record = await runner.RunAsync(new Closing(_runs), new JobRequest("p", RunTrigger.Schedule) { ScheduledAt = At }, Now);
        Assert.Equal((RunOutcome.Interrupted, "Thought dead."), (record!.Outcome!.Value, record.Reason));
    }

    [Fact]
    public async Task Runs_of_a_day_are_numbered_on_after_those_that_stood_there_before_numbers_were_kept()
    {
        await _runs.BeginAsync(Draft("a"), Now);
        await _state.ExecuteAsync("DELETE FROM run_numbers", null, Now);
        Assert.Equal("run-1970-01-01-0002", (await _runs.BeginAsync(Draft("a") with { ScheduledAt = null }, Now))?.Run);
    }

    [Fact]
    public async Task Old_runs_are_forgotten_but_not_those_that_can_still_be_taken_back_or_have_no_end()
    {
        var old = await _runs.BeginAsync(Draft("a"), Now);
        var undoable = await _runs.BeginAsync(Draft("a") with { ScheduledAt = null }, Now);
        var open = await _runs.BeginAsync(Draft("a") with { ScheduledAt = null }, Now);
        await _runs.CompleteAsync(old!.Run, new JobResult(RunOutcome.Done, "done"), At, Now);
        await _runs.CompleteAsync(undoable!.Run, new JobResult(RunOutcome.Done, "done") { UndoUntil = At.AddDays(9) }, At, Now);
        Assert.Equal(1, await _runs.ForgetAsync("p", At.AddDays(1), At.AddDays(2), Now));
        Assert.Null(await _runs.FindAsync(old.Run, Now));
        Assert.NotNull(await _runs.FindAsync(undoable.Run, Now));
        Assert.NotNull(await _runs.FindAsync(open!.Run, Now));
    }

    [Fact]
    public async Task Work_that_fails_takes_back_itself_and_nothing_of_its_neighbours()
    {
        var notes = new NoteStore(_state);
        var tasks = Enumerable.Range(0, 30).Select(i => i % 3 == 0
            ? _state.InTransactionAsync<bool>(
                async (connection, transaction) =>
                {
                    await using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = $"INSERT INTO notes (project, name, document, updated_at) VALUES ('p', 'bad {i}', '1', 0)";
                    await command.ExecuteNonQueryAsync(Now);
                    throw new InvalidOperationException("no");
                },
                Now)
            : notes.WriteAsync("p", $"good {i}", i, At, Now)).ToList();
        await Task.WhenAll(tasks.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.All(tasks.Where((_, i) => i % 3 == 0), task => Assert.IsType<InvalidOperationException>(task.Exception!.InnerException));
        Assert.Equal(20, await _state.FindAsync<long>("SELECT count(*) FROM notes", null, Now));
        Assert.Equal(0, await _state.FindAsync<long>("SELECT count(*) FROM notes WHERE name LIKE 'bad%'", null, Now));
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        Directory.Delete(_location.Directory, recursive: true);
    }

    private protected abstract Task<StateLocation> LocateAsync();

    private static RunRecord Draft(string node) =>
        new() { Run = "", Job = "light-cleanup", Project = "p", ScheduledAt = At, StartedAt = At, Node = node, Trigger = RunTrigger.Schedule };

    /// <summary>A job whose run another node closes while it works.</summary>
    private sealed class Closing(RunStore runs) : IJob
    {
        public string Name => "closing";

        public IReadOnlyList<string> Resources => [];

        public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            await runs.CompleteAsync(context.Run, new JobResult(RunOutcome.Interrupted, "Thought dead."), At, cancellationToken);
            return new JobResult(RunOutcome.Done, "I lived.");
        }
    }
}
