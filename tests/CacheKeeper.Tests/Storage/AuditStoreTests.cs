using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Storage;

public sealed class AuditStoreTests(SandboxFixture sandbox) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_writers_make_one_sound_chain(bool postgres)
    {
        await using var state = await OpenAsync(postgres);
        await using var other = await StateStore.OpenAsync(state.Location, Stop);
        var stores = new[] { new AuditStore(state), new AuditStore(other) };
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), Stop, async (number, stop) => await stores[number % 2].AppendAsync(AuditLog.Entry(number), stop));
        var verdict = await stores[0].VerifyAsync(Stop);
        Assert.Empty(verdict.Faults);
        Assert.Equal((60, 1, 60), (verdict.Lines, verdict.First, verdict.Last));
    }

    [Theory]
    [InlineData("UPDATE audit SET result = 'nothing_to_do' WHERE seq = 3", "Line 3 was changed")]
    [InlineData("UPDATE audit SET before_count = NULL WHERE seq = 5", "Line 5 was changed")]
    [InlineData("DELETE FROM audit WHERE seq = 1", "Line 1 is missing")]
    [InlineData("DELETE FROM audit WHERE seq = 10", "The log ends with line 9")]
    [InlineData("UPDATE audit SET seq = CASE seq WHEN 4 THEN -7 WHEN 7 THEN 4 ELSE seq END WHERE seq IN (4, 7)", "missing")]
    [InlineData("UPDATE audit_head SET first_seq = 4, first_previous = (SELECT previous FROM audit WHERE seq = 4); DELETE FROM audit WHERE seq < 4", "no line in it says")]
    [InlineData("INSERT INTO audit SELECT 11, at, who, origin, project, action, object, before_count, after_count, result, detail, previous, hash FROM audit WHERE seq = 10", "stands behind the head")]
    public async Task What_was_not_written_by_us_is_found(string attack, string fault)
    {
        await using var state = await OpenAsync(postgres: false);
        var audit = await FilledAsync(state, 10);
        await state.ExecuteAsync(attack, null, Stop);
        Assert.Contains((await audit.VerifyAsync(Stop)).Faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_whole_chain_rewritten_with_right_hashes_is_not_the_one_this_machine_saw()
    {
        await using var state = await OpenAsync(postgres: false);
        var audit = await FilledAsync(state, 6);
        var previous = "";
        for (var seq = 1; seq <= 6; seq++)
        {
            var line = AuditChain.Link(AuditChain.Clean(AuditLog.Entry(seq - 1) with { Actor = new Actor("bob", "command line, host") }), seq, previous);
            await state.ExecuteAsync("UPDATE audit SET who = 'bob', previous = @Previous, hash = @Hash WHERE seq = @Seq", new { line.Previous, line.Hash, line.Seq }, Stop);
            previous = line.Hash;
        }

        await state.ExecuteAsync("UPDATE audit_head SET hash = @previous", new { previous }, Stop);
        Assert.Contains("Line 6 is not the one that this machine wrote.", (await audit.VerifyAsync(Stop)).Faults);
    }

    [Fact]
    public async Task Old_lines_are_cut_off_and_the_cut_is_a_line()
    {
        await using var state = await OpenAsync(postgres: false);
        var audit = await FilledAsync(state, 10);
        Assert.Equal(4, await audit.CutAsync(AuditLog.Start.AddMinutes(4), new Actor("cachekeeper", "timetable"), AuditLog.Start.AddDays(1), Stop));
        Assert.Equal(0, await audit.CutAsync(AuditLog.Start.AddMinutes(4), new Actor("cachekeeper", "timetable"), AuditLog.Start.AddDays(1), Stop));
        await audit.AppendAsync(AuditLog.Entry(11), Stop);
        var verdict = await audit.VerifyAsync(Stop);
        Assert.Empty(verdict.Faults);
        Assert.Equal((8, 5, 12), (verdict.Lines, verdict.First, verdict.Last));
        Assert.Equal(AuditChain.Cut, (await audit.ListAsync(new AuditFilter { Action = AuditChain.Cut }, Stop)).Single().Entry.Action);
    }

    [Fact]
    public async Task Control_characters_and_personal_numbers_do_not_get_into_the_log()
    {
        await using var state = await OpenAsync(postgres: true);
        var audit = new AuditStore(state);
        await audit.AppendAsync(AuditLog.Entry(0) with { Object = "a\nb\0c\ud800", Detail = "paid by someone@okbank" }, Stop);
        var line = (await audit.ListAsync(new AuditFilter(), Stop)).Single();
        Assert.Equal(("a b c\ufffd", "paid by [vpa]"), (line.Entry.Object, line.Entry.Detail));
        Assert.True((await audit.VerifyAsync(Stop)).IsSound);
    }

    [Fact]
    public async Task A_job_that_removes_is_refused_when_the_log_cannot_be_written_and_one_that_restores_is_not()
    {
        await using var state = await OpenAsync(postgres: false);
        var runner = Runner(state);
        var (removing, restoring, reading) = (new FakeJob("light-cleanup", JobEffect.Removes), new FakeJob("undo", JobEffect.Changes), new FakeJob("collect", JobEffect.Reads));
        Assert.Equal(RunOutcome.Done, (await runner.RunAsync(removing, new JobRequest("one", RunTrigger.Manual), Stop))!.Outcome);
        await state.ExecuteAsync("ALTER TABLE audit RENAME TO gone", null, Stop);
        var refused = (await runner.RunAsync(removing, new JobRequest("one", RunTrigger.Schedule), Stop))!;
        Assert.Equal(RunOutcome.Refused, refused.Outcome);
        Assert.Contains("guard 'audit-log'", refused.Reason);
        Assert.Equal(1, removing.Runs);
        Assert.Equal(RunOutcome.Degraded, (await runner.RunAsync(restoring, new JobRequest("one", RunTrigger.Manual), Stop))!.Outcome);
        Assert.Equal(RunOutcome.Done, (await runner.RunAsync(reading, new JobRequest("one", RunTrigger.Manual), Stop))!.Outcome);
    }

    [Fact]
    public async Task A_run_leaves_its_beginning_its_end_and_the_counts_under_the_name_of_who_asked()
    {
        await using var state = await OpenAsync(postgres: false);
        await Runner(state).RunAsync(new FakeJob("light-cleanup", JobEffect.Removes), new JobRequest("one", RunTrigger.Api) { Actor = new Actor("ann (token-1)", "API, 10.0.0.9") }, Stop);
        var lines = (await new AuditStore(state).ListAsync(new AuditFilter { Projects = ["one"] }, Stop)).Reverse().ToList();
        Assert.Equal(["begun", "done"], lines.Select(line => line.Entry.Result));
        Assert.All(lines, line => Assert.Equal(("ann (token-1)", "API, 10.0.0.9", "light-cleanup"), (line.Entry.Actor.Who, line.Entry.Actor.From, line.Entry.Action)));
        Assert.Equal((10, 4), (lines[1].Entry.Before, lines[1].Entry.After));
        Assert.Empty(await new AuditStore(state).ListAsync(new AuditFilter { Projects = ["two"] }, Stop));
    }

    private static async Task<AuditStore> FilledAsync(StateStore state, int lines)
    {
        var audit = new AuditStore(state);
        for (var number = 0; number < lines; number++)
        {
            await audit.AppendAsync(AuditLog.Entry(number), Stop);
        }

        return audit;
    }

    private static JobRunner Runner(StateStore state) =>
        new(new RunStore(state), new LeaseStore(state), new SchedulingPolicy(), "n", new FakeTimeProvider(DateTimeOffset.UtcNow), NullLogger<JobRunner>.Instance, new AuditStore(state)) { Freezes = new FreezeStore(new NoteStore(state), new SchedulingPolicy()) };

    private async Task<StateStore> OpenAsync(bool postgres)
    {
        var url = postgres ? PostgresConnectionHost.Parse((await sandbox.NewDatabaseUrlsAsync(2)).Owner).ToString() : null;
        return await StateStore.OpenAsync(new StateLocation(_folder.Path, url), Stop);
    }

    private sealed class FakeJob(string name, JobEffect effect) : IJob
    {
        public int Runs { get; private set; }

        public string Name => name;

        public IReadOnlyList<string> Resources => [name];

        public JobEffect Effect => effect;

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            Runs++;
            return Task.FromResult(new JobResult(RunOutcome.Done, "Done.") { Before = 10, After = 4 });
        }
    }
}
