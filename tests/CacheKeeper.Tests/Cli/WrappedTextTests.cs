using CacheKeeper.Cli;

namespace CacheKeeper.Tests.Cli;

public sealed class WrappedTextTests
{
    [Theory]
    [InlineData("A sentence that is longer than the forty columns of it.", "A sentence that is longer than the forty\n  columns of it.")]
    [InlineData("short", "short")]
    [InlineData("   why       it is broken under the word that it belongs to", "   why       it is broken under the word\n             that it belongs to")]
    [InlineData("    a word_that_is_longer_than_the_terminal_is_left_as_it_is here", "    a\n      word_that_is_longer_than_the_terminal_is_left_as_it_is\n      here")]
    [InlineData("first\nsecond", "first\nsecond")]
    public void Lines_are_broken_between_words(string text, string expected) => Assert.Equal(expected, WrappedText.Of(text, 40));

    [Fact]
    public void No_word_is_lost_and_no_line_is_wider_unless_one_word_is()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => new string((char)('a' + random.Next(26)), random.Next(1, 30)))];
            var width = random.Next(40, 130);
            var wrapped = WrappedText.Of(new string(' ', random.Next(10)) + string.Join(random.Next(4) == 0 ? "  " : " ", words), width);
            Assert.Equal(words, wrapped.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            Assert.All(wrapped.Split('\n'), line => Assert.True(line.Length <= width, $"{line.Length} > {width}"));
        }
    }
}
