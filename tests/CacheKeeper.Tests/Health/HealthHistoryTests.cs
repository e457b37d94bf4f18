using CacheKeeper.Health;

namespace CacheKeeper.Tests.Health;

public sealed class HealthHistoryTests
{
    // H healthy, D degraded, F failed, oldest first; the state settles after two checks that agree (at once from nothing to healthy).
    [Theory]
    [InlineData("", "Unknown", null)]
    [InlineData("H", "Healthy", 0)]
    [InlineData("HF", "Healthy", 0)]
    [InlineData("HFF", "Failed", 1)]
    [InlineData("HFHF", "Healthy", 0)]
    [InlineData("HFFH", "Failed", 1)]
    [InlineData("HFFHH", "Healthy", 3)]
    [InlineData("HDFD", "Healthy", 0)]
    [InlineData("FF", "Failed", 0)]
    [InlineData("F", "Unknown", null)]
    public void One_look_decides_nothing(string checks, string expected, int? since)
    {
        var history = checks.Select((letter, minute) => new CheckedHealth(DateTimeOffset.UnixEpoch.AddMinutes(minute), letter switch { 'H' => TierHealth.Healthy, 'D' => TierHealth.Degraded, _ => TierHealth.Failed })).Reverse().ToList();
        var settled = HealthHistory.Settle(history, new HealthPolicy());
        Assert.Equal(expected, settled.Health.ToString());
        Assert.Equal(since is { } minute ? DateTimeOffset.UnixEpoch.AddMinutes(minute) : null, settled.Since);
    }
}
