using CacheKeeper.Tiers;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Tiers;

public sealed class PauseRunnerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_late_timer_slept_too_long_is_taken_off_the_next_pauses()
    {
        var pauses = new PauseRunner(Pause, _time);
        await WaitAsync(pauses, sleeps: 2);
        Assert.True(pauses.WaitAsync(Stop).IsCompleted);
        await WaitAsync(pauses, sleeps: 1);
    }

    [Fact]
    public async Task A_process_that_stood_still_goes_on_without_pauses_for_a_moment_only()
    {
        var pauses = new PauseRunner(Pause, _time);
        await WaitAsync(pauses, sleeps: 5000);
        Assert.True(pauses.WaitAsync(Stop).IsCompleted);
        Assert.True(pauses.WaitAsync(Stop).IsCompleted);
        await WaitAsync(pauses, sleeps: 1);
    }

    [Fact]
    public void Without_a_pause_nothing_waits()
    {
        Assert.True(new PauseRunner(TimeSpan.Zero, _time).WaitAsync(Stop).IsCompleted);
    }

    private async Task WaitAsync(PauseRunner pauses, int sleeps)
    {
        var waiting = pauses.WaitAsync(Stop);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(sleeps));
        await waiting;
    }
}
