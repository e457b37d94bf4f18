using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The glancing script's answer.</summary>
public sealed class GlanceReplyTests
{
    private static readonly EntryHead[] Keys = [new(TierName.Upstash, "a", ""), new(TierName.Upstash, "b", ""), new(TierName.Upstash, "c", "")];

    [Fact]
    public void Keys_that_stand_have_their_size_end_and_idle_time_and_what_is_not_told_stays_unknown()
    {
        var heads = new List<EntryHead>();
        Assert.True(GlanceReply.TryRead("1795562792129 120 7 -2 0 -1 -1 56 -1 "u8, Keys, heads));
        Assert.Equal(["a", "c"], heads.Select(head => head.Id));
        Assert.Equal((120, TimeSpan.FromSeconds(7), DateTimeOffset.FromUnixTimeMilliseconds(1795562792129)), (heads[0].Bytes, heads[0].Idle, heads[0].ExpiresAt));
        Assert.Equal((56, (TimeSpan?)null, (DateTimeOffset?)null), (heads[1].Bytes, heads[1].Idle, heads[1].ExpiresAt));
    }

    [Fact]
    public void An_end_beyond_all_years_is_the_last_instant_and_no_crash()
    {
        var heads = new List<EntryHead>();
        Assert.True(GlanceReply.TryRead("9223372036854775 1 1 "u8, Keys[..1], heads));
        Assert.Equal(DateTimeOffset.MaxValue, heads[0].ExpiresAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2 3 4 5 6 ")]
    [InlineData("1 2 3 4 5 6 7 8 9")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 ")]
    [InlineData("1 2 three 4 5 6 7 8 9 ")]
    public void An_answer_of_another_form_is_nonsense_not_an_empty_listing(string told) => Assert.False(GlanceReply.TryRead(Encoding.UTF8.GetBytes(told), Keys, []));
}
