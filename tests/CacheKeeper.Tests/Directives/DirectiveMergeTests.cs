using CacheKeeper.Client;
using CacheKeeper.Directives;

namespace CacheKeeper.Tests.Directives;

public sealed class DirectiveMergeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 14, 0, 0, TimeSpan.Zero);
    private static readonly DirectivePolicy Policy = new() { LongestPart = TimeSpan.FromDays(1), LargestFactor = 4 };
    private static readonly TtlDirective Tuned = new(null, "payments", null, null, 7200, Now.AddHours(8), "Right for two hours.", "optimizer");
    private static readonly DirectivesDocument Standing = new("p", 7, Now.AddHours(-1), [new("mem0", Now.AddMinutes(5), "Mem0 is down.", "recovery")], [Tuned]);

    [Fact]
    public void One_writer_s_parts_take_the_place_of_its_own_and_leave_those_of_others()
    {
        var next = DirectiveMerge.Replace(Standing, "recovery", Parts(LeaveOut("upstash", 5)), Policy, Now);
        Assert.Equal(["upstash"], next.LeaveOut.Select(part => part.Tier));
        Assert.Equal([Tuned], next.Ttl);
        Assert.Equal((8, Now), (next.Version, next.WrittenAt));
    }

    [Fact]
    public void What_has_ended_is_dropped_whoever_asked_for_it()
    {
        var next = DirectiveMerge.Replace(Standing, "recovery", DirectiveParts.None, Policy, Now.AddHours(9));
        Assert.Empty(next.LeaveOut);
        Assert.Empty(next.Ttl);
    }

    [Fact]
    public void The_same_wish_twice_is_no_new_version() =>
        Assert.Same(Standing, DirectiveMerge.Replace(Standing, "recovery", DirectiveParts.Of(Standing, "recovery"), Policy, Now));

    [Fact]
    public void No_part_is_without_an_end_or_a_bound_or_a_name()
    {
        var next = DirectiveMerge.Replace(
            DirectivesDocument.Empty("p"), "recovery",
            new DirectiveParts([new("mem0", DateTimeOffset.MaxValue, "down")], [new(null, null, null, 1e6, 1e12, DateTimeOffset.MaxValue, "stretched"), new(null, null, null, -1, null, Now, "ended")]), Policy, Now);
        Assert.Equal(new LeaveOutDirective("mem0", Now.AddDays(1), "down", "recovery"), Assert.Single(next.LeaveOut));
        Assert.Equal(new TtlDirective(null, null, null, 4, 30 * 86400, Now.AddDays(1), "stretched", "recovery"), Assert.Single(next.Ttl));
    }

    [Fact]
    public void A_part_without_a_reason_is_refused() =>
        Assert.Throws<ArgumentException>(() => DirectiveMerge.Replace(Standing, "recovery", Parts(new LeaveOutDirective("mem0", Now.AddMinutes(1), " ")), Policy, Now));

    [Fact]
    public void Readers_take_the_higher_version_and_of_equal_ones_the_later()
    {
        var later = Standing with { WrittenAt = Now };
        Assert.Same(later, DirectiveMerge.Newest([Standing, null, later, Standing with { Version = 6, WrittenAt = Now.AddDays(1) }]));
        Assert.Null(DirectiveMerge.Newest([null]));
        Assert.Equal(Tuned.Until, DirectiveMerge.LastEnd(Standing));
    }

    private static LeaveOutDirective LeaveOut(string tier, double minutes) => new(tier, Now.AddMinutes(minutes), $"{tier} is down.");

    private static DirectiveParts Parts(params LeaveOutDirective[] parts) => new(parts, []);
}
