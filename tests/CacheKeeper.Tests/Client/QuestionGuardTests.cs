using CacheKeeper.Client;
using CacheKeeper.Client.Tiers;
using CsCheck;

namespace CacheKeeper.Tests.Client;

public sealed class QuestionGuardTests
{
    [Theory]
    [InlineData("My cash withdrawal was declined.  Why?", "my cash withdrawal was declined, why", true, true)]
    [InlineData("Please pay the 1,000 rupees", "Pay 1000 rupees!", true, true)]
    [InlineData("I don't see it", "I do not see it", true, true)]
    [InlineData("Where is my card?", "Where has my card gone?", false, true)]
    [InlineData("How can I exchange AUD for GBP?", "How can I exchange GBP for AUD?", false, true)]
    [InlineData("pay 10", "pay 100", false, false)]
    [InlineData("pay 5 from 7", "pay 7 from 5", false, false)]
    [InlineData("a fee of €1", "a fee of $1", false, false)]
    [InlineData("is it paid", "is it not paid", false, false)]
    [InlineData("is it paid", "isn't it paid", false, false)]
    [InlineData("change by -5", "change by 5", false, false)]
    [InlineData("5% off", "5 off", false, false)]
    public void Two_questions_are_the_same_by_the_guard(string one, string other, bool wording, bool marks)
    {
        Assert.Equal(wording, QuestionGuard.Same(one, other, SemanticGuard.Wording));
        Assert.Equal(marks, QuestionGuard.Same(one, other, SemanticGuard.Marks));
    }

    [Fact]
    public void Every_question_is_the_same_as_itself_and_what_the_stricter_guard_lets_pass_the_looser_does_too() =>
        Gen.Select(Gen.String, Gen.String).Sample((one, other) =>
            QuestionGuard.Same(one, one, SemanticGuard.Wording)
            && (!QuestionGuard.Same(one, other, SemanticGuard.Wording) || QuestionGuard.Same(one, other, SemanticGuard.Marks)));
}
