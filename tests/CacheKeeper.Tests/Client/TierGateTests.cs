using CacheKeeper.Client.Tiers;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Client;

public sealed class TierGateTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_three_failures_in_a_row_nobody_is_let_through_until_the_rest_is_over()
    {
        var gate = new TierGate(3, Rest, _time);
        Fail(gate, 3);
        Assert.Null(gate.TryEnter());
        _time.Advance(Rest);
        Assert.NotNull(gate.TryEnter());
    }

    [Fact]
    public void Calls_that_were_under_way_when_the_rest_began_do_not_make_it_longer()
    {
        var gate = new TierGate(3, Rest, _time);
        var passes = Enumerable.Range(0, 16).Select(_ => gate.TryEnter()!.Value).ToList();
        passes.ForEach(gate.Failed);
        _time.Advance(Rest);
        Assert.NotNull(gate.TryEnter());
    }

    [Fact]
    public void Each_failed_trial_doubles_the_rest()
    {
        var gate = new TierGate(3, Rest, _time);
        Fail(gate, 3);
        _time.Advance(Rest);
        Fail(gate, 1);
        _time.Advance(Rest);
        Assert.Null(gate.TryEnter());
        _time.Advance(Rest);
        Assert.NotNull(gate.TryEnter());
    }

    private static void Fail(TierGate gate, int times)
    {
        for (var i = 0; i < times; i++)
        {
            gate.Failed(gate.TryEnter()!.Value);
        }
    }
}
