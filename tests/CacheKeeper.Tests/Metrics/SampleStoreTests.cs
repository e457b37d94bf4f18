using CacheKeeper.Metrics;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Metrics;

/// <summary>What the store of samples must do, on SQLite.</summary>
public class SampleStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
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
    public async Task A_series_reads_back_in_order_and_within_its_range()
    {
        await _samples.WriteAsync("p", [At("size", 2, 20), At("size", 0, 10), At("size", 1, 15), At("hit_ratio", 1, 0.5)], Now);
        var read = await _samples.ReadAsync("p", "size", Noon, Noon.AddHours(2), Now);
        Assert.Equal([new TimedValue(Noon, 10), new TimedValue(Noon.AddHours(1), 15)], read);
    }

    [Fact]
    public async Task A_time_written_again_has_the_new_value_even_within_one_writing()
    {
        await _samples.WriteAsync("p", [At("size", 0, 1)], Now);
        await _samples.WriteAsync("p", [At("size", 0, 2), At("size", 0, 3)], Now);
        Assert.Equal(3, (await _samples.ReadAsync("p", "size", Noon, Noon.AddHours(1), Now)).Single().Value);
    }

    [Fact]
    public async Task Unknown_values_leave_no_sample()
    {
        await _samples.WriteAsync("p", [At("size", 0, double.NaN), At("size", 1, double.PositiveInfinity)], Now);
        Assert.Empty(await _samples.NamesAsync("p", Now));
        Assert.Null(await _samples.LatestAsync("p", "size", Noon, Now));
    }

    [Fact]
    public async Task Projects_do_not_see_each_other()
    {
        await _samples.WriteAsync("p", [At("size", 0, 1)], Now);
        await _samples.WriteAsync("q", [At("size", 0, 2)], Now);
        Assert.Equal(1, (await _samples.LatestAsync("p", "size", Noon, Now))!.Value.Value);
        Assert.Equal(2, (await _samples.LatestAsync("q", Noon, Now))["size"].Value);
    }

    [Fact]
    public async Task The_newest_of_each_series_is_given_unless_it_is_too_old()
    {
        await _samples.WriteAsync("p", [At("size", 0, 1), At("size", 3, 2), At("hit_ratio:payments", 1, 0.5)], Now);
        var latest = await _samples.LatestAsync("p", Noon.AddHours(2), Now);
        Assert.Equal(new TimedValue(Noon.AddHours(3), 2), Assert.Single(latest).Value);
        Assert.Equal(["hit_ratio:payments", "size"], await _samples.NamesAsync("p", Now));
    }

    [Fact]
    public async Task A_second_store_on_the_same_state_goes_on_with_the_same_series()
    {
        await _samples.WriteAsync("p", [At("size", 0, 1)], Now);
        await new SampleStore(_state).WriteAsync("p", [At("entries", 0, 5), At("size", 1, 2)], Now);
        Assert.Equal(2, (await _samples.ReadAsync("p", "size", Noon, Noon.AddHours(9), Now)).Count);
    }

    protected virtual Task<string?> ConnectionStringAsync() => Task.FromResult<string?>(null);

    private static Sample At(string series, int hours, double value) => new(series, Noon.AddHours(hours), value);
}

/// <summary>The same with the state on PostgreSQL.</summary>
public sealed class SampleStoreOnPostgresTests(SandboxFixture sandbox) : SampleStoreTests
{
    protected override async Task<string?> ConnectionStringAsync() => PostgresConnectionHost.Parse((await sandbox.NewDatabaseUrlsAsync(2)).Owner).ToString();
}
