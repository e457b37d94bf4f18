using CacheKeeper.Cli;

namespace CacheKeeper.Tests.Cli;

public sealed class ProgressLineTests
{
    [Fact]
    public void A_line_that_tells_how_far_work_is_becomes_a_bar()
    {
        var line = ProgressLine.Of("Loading 1,200 of 4,800 questions")!;
        Assert.Equal(0.25, line.Share);
        Assert.Equal("━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ Loading 1,200 of 4,800 questions", line.Bar());
    }

    [Theory]
    [InlineData("Loaded 4,973 questions into three tiers in 6.6 s")]
    [InlineData("Loading 1 of 0 questions")]
    [InlineData("PostgreSQL 15.18        127.0.0.1:46113")]
    public void Another_line_is_no_progress(string line) => Assert.Null(ProgressLine.Of(line));
}
