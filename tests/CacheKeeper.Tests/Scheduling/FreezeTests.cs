using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>One switch stops every change at once, and nothing else.</summary>
public sealed class FreezeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-24T00:00:30Z"));
    private StateStore _state = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FreezeStore Freezes => new(new NoteStore(_state), new SchedulingPolicy());

    public async ValueTask InitializeAsync() => _state = await StateStore.OpenAsync(new StateLocation(_folder), Stop);

    [Fact]
    public async Task While_frozen_a_job_that_changes_a_tier_is_refused_with_who_and_why_and_one_that_looks_runs()
    {
        await FreezeAsync(null);
        var run = await RunAsync(new Job("tier:mem0"));
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains("frozen by ann", run.Reason, StringComparison.Ordinal);
        Assert.Contains("moving house", run.Reason, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Done, (await RunAsync(new Job("health"))).Outcome);
        Assert.Equal(RunOutcome.Done, (await RunAsync(new Job("tier:mem0"), dryRun: true)).Outcome);
    }

    [Fact]
    public async Task A_running_job_stops_at_its_next_batch()
    {
        var job = new Job("tier:mem0") { Between = () => FreezeAsync(null) };
        var run = await RunAsync(job);
        Assert.Equal((RunOutcome.Interrupted, 1), (run.Outcome, job.Batches));
        Assert.Contains("frozen by ann", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_by_itself_or_by_hand_and_holds_for_every_project()
    {
        await FreezeAsync(_time.GetUtcNow().AddHours(4));
        Assert.NotNull(await Freezes.FindAsync(_time.GetUtcNow(), Stop));
        Assert.Null(await Freezes.FindAsync(_time.GetUtcNow().AddHours(4), Stop));
        await Freezes.UnfreezeAsync(Stop);
        Assert.Equal(RunOutcome.Done, (await RunAsync(new Job("tier:mem0"))).Outcome);
        Assert.NotNull(await new FreezeStore(new NoteStore(_state), new SchedulingPolicy { Frozen = true }).FindAsync(_time.GetUtcNow(), Stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        _folder.Dispose();
    }

    private Task FreezeAsync(DateTimeOffset? until) => Freezes.FreezeAsync(new Freeze(_time.GetUtcNow(), until, "ann", "moving house"), Stop);

    private async Task<RunRecord> RunAsync(Job job, bool dryRun = false)
    {
        var runner = new JobRunner(new RunStore(_state), new LeaseStore(_state), new SchedulingPolicy(), "n", _time, NullLogger<JobRunner>.Instance, new AuditStore(_state)) { Freezes = Freezes };
        return (await runner.RunAsync(job, new JobRequest("any", RunTrigger.Manual) { DryRun = dryRun }, Stop))!;
    }

    private sealed class Job(string resource) : IJob
    {
        public string Name => "work";

        public IReadOnlyList<string> Resources => [resource];

        public Func<Task> Between { get; init; } = () => Task.CompletedTask;

        public int Batches { get; private set; }

        public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            for (var batch = 0; batch < 2; batch++)
            {
                await context.ProveAsync(cancellationToken);
                Batches++;
                await Between();
            }

            return new JobResult(RunOutcome.Done, "Both batches.");
        }
    }
}
