using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>A look-up and a revocation in every order: what was read before the revocation is never believed after it.</summary>
public sealed class RememberedTokensTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private readonly RememberedTokens _tokens = new();

    [Fact]
    public void A_token_is_remembered_for_a_second()
    {
        _tokens.Add("hash", Read(_tokens.Generation));
        Assert.NotNull(_tokens.Find("hash", Now + RememberedTokens.For));
        Assert.Null(_tokens.Find("hash", Now + RememberedTokens.For + TimeSpan.FromTicks(1)));
    }

    // By number of the step of the look-up (its beginning, its reading, its remembering) before which a revocation is done.
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void What_was_looked_up_before_a_revocation_is_not_believed_after_it(int revokedBefore, bool isBelieved)
    {
        var step = 0;
        Step();
        var generation = _tokens.Generation;
        Step();
        var read = Read(generation);
        Step();
        _tokens.Add("hash", read);
        Step();
        Assert.Equal(isBelieved, _tokens.Find("hash", Now) is not null);

        void Step()
        {
            if (step++ == revokedBefore)
            {
                _tokens.Forget();
            }
        }
    }

    [Fact]
    public void A_clock_set_back_makes_nobody_remembered_for_longer()
    {
        _tokens.Add("hash", Read(_tokens.Generation));
        Assert.Null(_tokens.Find("hash", Now - TimeSpan.FromHours(1)));
    }

    private static RememberedToken Read(long generation) =>
        new(new TokenRecord("token-1", "robot", Role.Viewer, null, Setup: false, Now), new Caller("robot", Role.Viewer, null, "token-1", null), Now, generation);
}
