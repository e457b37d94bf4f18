using CacheKeeper.Optimization.TimeToLive;
using CacheKeeper.Tests.Cleanup.Value;

namespace CacheKeeper.Tests.Optimization.TimeToLive;

public sealed class TtlPlannerTests
{
    [Fact]
    public void Until_something_is_known_everything_lives_as_long()
    {
        var planner = new TtlPlanner(10, 60);
        Assert.Equal(60, planner.Access(3, 0));
        Assert.Equal(60, planner.TimeFor(7));
    }

    [Fact]
    public void Entries_that_never_return_live_shorter_than_those_that_do()
    {
        var planner = new TtlPlanner(20_000, 100);
        for (var request = 0; request < 20_000; request++)
        {
            planner.Access(request % 2 == 0 ? 10_000 + request / 2 : request / 2 % 200, request);
        }

        Assert.True(planner.TimeFor(1) < planner.TimeFor(20), $"{planner.TimeFor(1)} against {planner.TimeFor(20)}");
    }

    [Theory]
    [InlineData("web07")]
    [InlineData("mooncake-synthetic")]
    public void On_traces_it_hits_more_with_no_more_live_entries(string name)
    {
        var trace = SharedTraces.Read(name);
        double At(int request) => trace.Times?[request] ?? request;
        var span = At(trace.Keys.Length - 1) - At(0);
        var planner = new TtlPlanner(trace.UniqueKeys, span * 0.03);
        for (var request = 0; request < trace.Keys.Length; request++)
        {
            planner.Access(trace.Keys[request], At(request) - At(0));
        }

        var live = planner.LiveTime(span);
        Assert.True(live.Ours <= live.Single, $"live time {live.Ours / live.Single:0.000} of one for all");
        Assert.True(planner.Hits > planner.SingleHits * 1.05);
    }
}
