using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>What a cron text means on the days on which the clock is set.</summary>
public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("30 2 * * *", "America/New_York", "2026-03-08T00:00Z", "2026-03-08T07:00Z")] // skipped: first instant after the gap
    [InlineData("30 1 * * *", "America/New_York", "2026-11-01T00:00Z", "2026-11-01T05:30Z")] // doubled: the first
    [InlineData("30 1 * * *", "America/New_York", "2026-11-01T05:30Z", "2026-11-02T06:30Z")] // and not the second
    [InlineData("0 0 * * *", "America/Santiago", "2026-09-06T00:00Z", "2026-09-06T04:00Z")] // midnight does not exist
    [InlineData("*/15 * * * *", "Europe/Warsaw", "2026-10-25T00:45Z", "2026-10-25T01:00Z")] // every hour: both passes
    [InlineData("0 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00Z", "2026-04-04T15:00Z")] // half an hour back: never longer silent
    [InlineData("25 */3 * * *", "America/New_York", "2026-11-01T04:25Z", "2026-11-01T07:25Z")] // every third hour: once by the clock as it was
    [InlineData("25 */3 * * *", "America/New_York", "2026-11-01T07:25Z", "2026-11-01T08:25Z")] // and then by the clock as it is
    [InlineData("46 */12 * * *", "America/New_York", "2026-11-01T10:00Z", "2026-11-01T16:46Z")] // also when asked hours after the change
    [InlineData("0 0 29 2 *", "Europe/Warsaw", "2026-03-01T00:00Z", "2028-02-28T23:00Z")] // across many changes
    [InlineData("0 2 * * *", "UTC", "2026-03-08T02:00Z", "2026-03-09T02:00Z")]
    [InlineData("0 4 * * 7", "UTC", "2026-11-24T00:00Z", "2026-11-29T04:00Z")]
    public void The_next_time_is(string cron, string zone, string after, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), CronSchedule.Parse(cron, TimeZoneInfo.FindSystemTimeZoneById(zone)).Next(DateTimeOffset.Parse(after)));

    [Theory]
    [InlineData("0 2 * * *")]
    [InlineData("@daily")]
    [InlineData("*/10 * * * * ?")]
    public void A_usable_text_is_accepted_and_kept_as_written(string cron)
    {
        Assert.Null(CronSchedule.WhyNot(cron));
        Assert.Equal(cron, CronSchedule.Parse(cron, TimeZoneInfo.Utc).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 25 * * *")]
    [InlineData("every day")]
    [InlineData("0 0 31 2 *")]
    public void An_unusable_text_is_told_apart(string cron) => Assert.NotNull(CronSchedule.WhyNot(cron));
}
