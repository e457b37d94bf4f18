using CacheKeeper.Dashboard.Live;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Dashboard;

public sealed class LiveTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private readonly LivePolicy _policy = new();
    private StateStore _state = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _state = await StateStore.OpenAsync(new StateLocation(_folder.Path, null), Stop);

    [Fact]
    public async Task A_tier_that_takes_too_long_is_unknown_and_no_mistake()
    {
        var snapshot = await SeeAsync();
        Assert.Equal("A look takes longer than 10 s; the next collection tells.", snapshot.Error);
    }

    [Fact]
    public async Task A_tier_that_takes_too_long_is_shown_as_it_was_with_its_age()
    {
        var before = _time.GetUtcNow() - TimeSpan.FromHours(1);
        await new SnapshotStore(_state).WriteAsync("p", new TierSnapshot(TierName.Postgresql, before) { Live = 7 }, Stop);
        var snapshot = await SeeAsync();
        Assert.Equal((before, 7, null), (snapshot.TakenAt, snapshot.Live, snapshot.Error));
    }

    [Theory]
    [InlineData("light-cleanup", nameof(RunOutcome.Done), true)]
    [InlineData("undo", nameof(RunOutcome.Degraded), true)]
    [InlineData("restore", nameof(RunOutcome.Failed), true)]
    [InlineData("smart-cleanup", nameof(RunOutcome.DryRun), false)]
    [InlineData("analytics-collection", nameof(RunOutcome.Done), false)]
    public async Task What_was_collected_before_a_change_is_looked_at_anew(string job, string outcome, bool isLooked)
    {
        await new SnapshotStore(_state).WriteAsync("p", new TierSnapshot(TierName.Postgresql, _time.GetUtcNow() - TimeSpan.FromMinutes(2)) { Live = 7 }, Stop);
        await using var tier = new SlowTier(_time);
        await using var keeper = KeeperHost.Open(new KeeperSettings { Project = "p" }, _state, _time, NullLoggerFactory.Instance, [tier]);
        var at = _time.GetUtcNow() - TimeSpan.FromMinutes(1);
        await keeper.Runs.BeginAsync(new RunRecord { Run = "", Job = job, Project = "p", StartedAt = at, EndedAt = at, Node = "n", Trigger = RunTrigger.Manual, Outcome = Enum.Parse<RunOutcome>(outcome) }, Stop);
        var seeing = new LiveService(_time, _policy).ViewAsync(keeper, Stop);
        await Task.WhenAny(seeing, tier.Looked);
        Assert.Equal(isLooked, tier.Looked.IsCompleted);
        _time.Advance(_policy.Patience);
        Assert.Equal(7, Assert.Single((await seeing).Tiers).Live);
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<TierSnapshot> SeeAsync()
    {
        await using var tier = new SlowTier(_time);
        await using var keeper = KeeperHost.Open(new KeeperSettings { Project = "p" }, _state, _time, NullLoggerFactory.Instance, [tier]);
        var seeing = new LiveService(_time, _policy).ViewAsync(keeper, Stop);
        await tier.Looked;
        _time.Advance(_policy.Patience);
        return Assert.Single((await seeing).Tiers);
    }
}
