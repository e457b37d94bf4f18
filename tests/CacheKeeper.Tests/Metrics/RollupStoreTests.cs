using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Metrics;

/// <summary>Roll-ups, retention, archive and export, on SQLite.</summary>
public class RollupStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private StateStore _state = null!;
    private SampleStore _samples = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _state = await StateStore.OpenAsync(new StateLocation(_folder, await ConnectionStringAsync()), Now);
        _samples = new SampleStore(_state);
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Levels_are_averaged_and_counts_are_summed_up_to_the_day()
    {
        // A level of 10, 20, 30, 40 a quarter hour and four lookups each, for two days.
        var samples = Enumerable.Range(0, 2 * 96).SelectMany(i => new[] { new Sample("size", Start.AddMinutes(15 * i), 10 * (1 + (i % 4))), new Sample("lookup_count", Start.AddMinutes(15 * i), 4) });
        await _samples.WriteAsync("p", [.. samples], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        await new RollupStore(_state).FoldAsync("p", Start.AddHours(5.5), Now);
        var hours = await _samples.ReadAsync("p", "size", RollupLevel.Hour, Start, Start.AddDays(2), Now);
        Assert.Equal(48, hours.Count);
        Assert.All(hours, hour => Assert.Equal(25, hour.Value));
        Assert.Equal([new TimedValue(Start, 384), new TimedValue(Start.AddDays(1), 384)], await _samples.ReadAsync("p", "lookup_count", RollupLevel.Day, Start, Start.AddDays(2), Now));
        Assert.Equal(192, (await _samples.ReadAsync("p", "size", RollupLevel.FiveMinutes, Start, Start.AddDays(2), Now)).Count);
    }

    [Fact]
    public async Task A_late_sample_joins_its_bucket()
    {
        await _samples.WriteAsync("p", [new Sample("size", Start, 10)], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        await _samples.WriteAsync("p", [new Sample("size", Start.AddMinutes(30), 30)], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        Assert.Equal(20, (await _samples.ReadAsync("p", "size", RollupLevel.Day, Start, Start.AddDays(1), Now)).Single().Value);
    }

    [Fact]
    public async Task Each_level_is_kept_as_long_as_its_retention_and_no_longer()
    {
        await _samples.WriteAsync("p", [new Sample("size", Start, 1), new Sample("size", Start.AddDays(50), 2)], Now);
        await _samples.WriteAsync("q", [new Sample("size", Start, 1)], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        await new RollupStore(_state).ForgetAsync("p", new RetentionPolicy(), Start.AddDays(55), Now);
        Assert.Equal(2, (await ReadAsync(RollupLevel.Hour)).Count);
        Assert.Equal(2, (await ReadAsync(RollupLevel.FiveMinutes)).Count);
        Assert.Single(await ReadAsync(RollupLevel.Raw));
        Assert.Single(await _samples.ReadAsync("q", "size", Start, Start.AddDays(99), Now));
    }

    [Fact]
    public async Task An_archived_month_is_still_exported_when_its_samples_have_gone()
    {
        var names = new[] { "hit_ratio:a,b", "size" };
        await _samples.WriteAsync("p", [.. names.SelectMany(name => Enumerable.Range(0, 40).Select(day => new Sample(name, Start.AddDays(day), day + 0.1)))], Now);
        var context = new JobContext { Run = "run", Project = "p", StartedAt = Start.AddMonths(1).AddDays(3), ProveAsync = _ => Task.FromResult(Start) };
        Assert.Equal(RunOutcome.Done, (await new MonthArchiveJob(_state).RunAsync(context, Now)).Outcome);
        Assert.Equal(RunOutcome.NothingToDo, (await new MonthArchiveJob(_state).RunAsync(context, Now)).Outcome);
        var before = await ExportAsync(null);
        await new RollupStore(_state).ForgetAsync("p", new RetentionPolicy(), Start.AddMonths(1).AddDays(45), Now);
        Assert.Equal(80, before.Count);
        Assert.Equal(before, await ExportAsync(null));
        Assert.Equal(before.Skip(33), await ExportAsync(before[32]));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void A_line_of_an_export_reads_back_as_the_sample_it_tells(string name)
    {
        var format = ExportFormat.Find(name)!;
        var sample = new Sample("hit_ratio:a \"b\", c", Start.AddMilliseconds(17), 0.1 + 0.2);
        Assert.Equal(sample, format.Parse(format.Line("p", sample, null).Trim('\n')));
        Assert.Null(format.Parse(format.Head));
    }

    protected virtual Task<string?> ConnectionStringAsync() => Task.FromResult<string?>(null);

    private async Task<List<Sample>> ExportAsync(Sample? after)
    {
        var exported = new List<Sample>();
        await foreach (var sample in new SampleExportService(_state).StreamAsync(new ExportQuestion("p", [], RollupLevel.Raw, Start, Start.AddDays(60), after), Now))
        {
            exported.Add(sample);
        }

        return exported;
    }

    private Task<IReadOnlyList<TimedValue>> ReadAsync(RollupLevel level) => _samples.ReadAsync("p", "size", level, Start, Start.AddDays(99), Now);
}

/// <summary>The same with the state on PostgreSQL.</summary>
public sealed class RollupStoreOnPostgresTests(SandboxFixture sandbox) : RollupStoreTests
{
    protected override async Task<string?> ConnectionStringAsync() => PostgresConnectionHost.Parse((await sandbox.NewDatabaseUrlsAsync(2)).Owner).ToString();
}
