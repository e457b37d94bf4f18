using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Scheduling;

public sealed class LeaseStoreTests
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_one_owner_holds_a_lease_and_a_later_one_gets_a_larger_token()
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Now);
        var leases = new LeaseStore(state);

        var first = await leases.AcquireAsync("tier", "a", TimeSpan.FromMinutes(1), Now);
        Assert.NotNull(first);
        Assert.Null(await leases.AcquireAsync("tier", "b", TimeSpan.FromMinutes(1), Now));
        Assert.Equal("a", await leases.HolderAsync("tier", Now));

        await leases.ReleaseAsync(first, Now);
        var second = await leases.AcquireAsync("tier", "b", TimeSpan.FromMinutes(1), Now);
        Assert.NotNull(second);
        Assert.True(second.Token > first.Token);
        Assert.Null(await leases.RenewAsync(first, TimeSpan.FromMinutes(1), Now));
        Assert.NotNull(await leases.RenewAsync(second, TimeSpan.FromMinutes(1), Now));
    }

    [Fact]
    public async Task An_expired_lease_cannot_be_renewed_by_its_old_owner()
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Now);
        var leases = new LeaseStore(state);
        var lease = await leases.AcquireAsync("tier", "a", TimeSpan.Zero, Now);
        Assert.NotNull(lease);
        Assert.Null(await leases.RenewAsync(lease, TimeSpan.FromMinutes(1), Now));
    }

    [Fact]
    public async Task A_scheduled_time_is_recorded_once_whoever_fires_it()
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Now);
        var runs = new RunStore(state);
        var draft = new RunRecord
        {
            Run = "",
            Job = "light-cleanup",
            Project = "p",
            ScheduledAt = DateTimeOffset.UnixEpoch.AddHours(2),
            StartedAt = DateTimeOffset.UnixEpoch.AddHours(2),
            Node = "a",
            Trigger = RunTrigger.Schedule,
        };
        Assert.Equal("run-1970-01-01-0001", (await runs.BeginAsync(draft, Now))?.Run);
        Assert.Null(await runs.BeginAsync(draft with { Node = "b" }, Now));
        await runs.CompleteAsync("run-1970-01-01-0001", JobResult.NothingToDo("all is well"), DateTimeOffset.UnixEpoch.AddHours(3), Now);
        var record = Assert.Single(await runs.ListAsync(new RunFilter { Project = "p" }, Now));
        Assert.Equal((RunOutcome.NothingToDo, "all is well"), (record.Outcome!.Value, record.Reason));
    }
}
