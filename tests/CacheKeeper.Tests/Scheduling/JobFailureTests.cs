using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>What the log tells of a job that failed: a trace of our code where it is our mistake, none where a tier went away.</summary>
public sealed class JobFailureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<Exception, string, int> Failures() => new()
    {
        { new TierException(TierName.Mem0, "list", "it does not answer", "Look whether it runs."), "Mem0: list failed: it does not answer. Look whether it runs.", 0 },
        { new InvalidOperationException("two of one"), "two of one", 1 },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_is_told_with_the_run_and_traced_only_when_nobody_reckoned_with_it(Exception failure, string reason, int traces)
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.Parse("2026-11-24T00:00:30Z")), new Traces());
        var runner = new JobRunner(new RunStore(state), new LeaseStore(state), new SchedulingPolicy(), "n", time, log, new AuditStore(state)) { Freezes = new FreezeStore(new NoteStore(state), new SchedulingPolicy()) };
        var run = await runner.RunAsync(new Job(failure), new JobRequest("any", RunTrigger.Manual), Stop);
        Assert.Equal((RunOutcome.Failed, reason), (run!.Outcome, run.Reason));
        Assert.Equal(traces, log.Traced);
    }

    private sealed class Job(Exception failure) : IJob
    {
        public string Name => "work";

        public IReadOnlyList<string> Resources => ["tier:mem0"];

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) => Task.FromException<JobResult>(failure);
    }

    private sealed class Traces : ILogger<JobRunner>
    {
        public int Traced { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Traced += exception is null ? 0 : 1;
    }
}
