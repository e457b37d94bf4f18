using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>An undo goes on until it is done.</summary>
public sealed class UndoRunnerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_undo_whose_lease_was_lost_is_begun_anew()
    {
        var left = 2;
        var record = await RunAsync(() => left-- > 0 ? throw new LeaseLostException("undo") : new JobResult(RunOutcome.Done, "restored"), Stop);
        Assert.Equal((RunOutcome.Done, "restored"), (record!.Outcome, record.Reason));
    }

    [Fact]
    public async Task It_gives_up_when_every_lease_is_lost()
    {
        var begun = 0;
        var record = await RunAsync(() => begun++ < 100 ? throw new LeaseLostException("undo") : new JobResult(RunOutcome.Done, ""), Stop);
        Assert.Equal((RunOutcome.Interrupted, 5), (record!.Outcome, begun));
    }

    [Fact]
    public async Task What_failed_is_not_begun_anew_and_says_what_to_do()
    {
        var begun = 0;
        var record = await RunAsync(() => begun++ < 100 ? throw new TierException(TierName.Postgresql, "restore", "permission denied", "Grant INSERT.") : new JobResult(RunOutcome.Done, ""), Stop);
        Assert.Equal((RunOutcome.Failed, 1), (record!.Outcome, begun));
        Assert.EndsWith("permission denied. Grant INSERT.", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_a_person_stopped_stays_stopped()
    {
        using var person = new CancellationTokenSource();
        var begun = 0;
        var record = await RunAsync(
            () =>
            {
                begun++;
                person.Cancel();
                throw new OperationCanceledException(person.Token);
            },
            person.Token);
        Assert.Equal((RunOutcome.Interrupted, 1), (record!.Outcome, begun));
    }

    private static async Task<RunRecord?> RunAsync(Func<JobResult> attempt, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
        await using var keeper = KeeperHost.Open(new KeeperSettings { Project = "undo" }, state, TimeProvider.System, NullLoggerFactory.Instance);
        return await new UndoRunner(keeper.Runner, () => new Attempt(attempt)).RunAsync(new JobRequest("undo", RunTrigger.Manual), cancellationToken);
    }

    private sealed class Attempt(Func<JobResult> result) : IJob
    {
        public string Name => "undo";

        public IReadOnlyList<string> Resources => [];

        public JobEffect Effect => JobEffect.Changes;

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) => Task.FromResult(result());
    }
}
