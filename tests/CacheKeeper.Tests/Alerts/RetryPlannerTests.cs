using CacheKeeper.Alerts;

namespace CacheKeeper.Tests.Alerts;

public sealed class RetryPlannerTests
{
    private static readonly DeliveryPolicy Policy = new() { Jitter = 0 };
    private static readonly OutboxTimes Times = new(AlertScene.Start, AlertScene.Start);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(5, 80)]
    [InlineData(9, 900)]
    [InlineData(1_000, 900)]
    public void Waits_double_up_to_a_cap(int attempts, int seconds) =>
        Assert.Equal(AlertScene.Start.AddSeconds(seconds), RetryPlanner.Next(DeliveryResult.Failed("x"), attempts, Times, Policy, 0.5));

    [Fact]
    public void Waits_differ_by_the_jitter() =>
        Assert.Equal([4, 6], new[] { 0.0, 1.0 }.Select(chance => (RetryPlanner.Next(DeliveryResult.Failed("x"), 1, Times, Policy with { Jitter = 0.2 }, chance)!.Value - AlertScene.Start).TotalSeconds));

    [Fact]
    public void A_receiver_that_asks_to_be_left_alone_is() =>
        Assert.Equal(AlertScene.Start.AddMinutes(2), RetryPlanner.Next(DeliveryResult.Failed("x", TimeSpan.FromMinutes(2)), 1, Times, Policy, 0.5));

    [Fact]
    public void It_gives_up_in_the_end()
    {
        Assert.Null(RetryPlanner.Next(DeliveryResult.Failed("x"), 9, Times with { Now = AlertScene.Start.AddDays(3) }, Policy, 0.5));
        Assert.Null(RetryPlanner.Next(DeliveryResult.Refused("x"), 1, Times, Policy, 0.5));
    }
}
