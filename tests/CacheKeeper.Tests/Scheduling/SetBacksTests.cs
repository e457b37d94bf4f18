using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Scheduling;

public sealed class SetBacksTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-24T12:00Z");

    [Fact]
    public void Times_that_come_again_get_another_name_and_later_ones_keep_theirs()
    {
        var setBacks = new SetBacks();
        Assert.False(setBacks.Read(Noon));
        Assert.True(setBacks.Read(Noon.AddHours(-1)));
        Assert.False(setBacks.Read(Noon.AddMinutes(-59)));
        Assert.Equal(Noon.AddMinutes(-30).AddMilliseconds(1), setBacks.NameOf(Noon.AddMinutes(-30)));
        Assert.Equal(Noon.AddMinutes(10), setBacks.NameOf(Noon.AddMinutes(10)));
    }

    [Fact]
    public void A_clock_set_back_twice_gives_a_third_name()
    {
        var setBacks = new SetBacks();
        setBacks.Read(Noon);
        setBacks.Read(Noon.AddHours(-1));
        setBacks.Read(Noon);
        Assert.True(setBacks.Read(Noon.AddHours(-1)));
        Assert.Equal(Noon.AddMinutes(-30).AddMilliseconds(2), setBacks.NameOf(Noon.AddMinutes(-30)));
    }

    [Fact]
    public void What_was_recorded_under_a_later_reading_before_the_start_counts_as_a_set_back()
    {
        var setBacks = new SetBacks();
        setBacks.Recorded(Noon);
        Assert.True(setBacks.Read(Noon.AddDays(-1)));
    }

    [Fact]
    public void A_clock_that_trembles_is_not_set_back()
    {
        var setBacks = new SetBacks();
        setBacks.Read(Noon);
        Assert.False(setBacks.Read(Noon.AddMilliseconds(-900)));
        Assert.Equal(Noon, setBacks.NameOf(Noon));
    }
}
