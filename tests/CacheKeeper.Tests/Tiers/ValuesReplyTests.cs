using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The reading script's answer.</summary>
public sealed class ValuesReplyTests
{
    private static readonly EntryHead[] Keys = [.. "abcde".Select(letter => new EntryHead(TierName.Upstash, letter.ToString(), ""))];

    [Fact]
    public void Values_are_what_their_lengths_say_whatever_stands_in_them()
    {
        var (values, unread) = (new List<RedisValue>(), new List<EntryHead>());
        var later = ValuesReply.Read("1 1795562792129 7 1 2 3 4 0 -2 0  2 -1 3 \r\n\0 3 -1 0  4 -1 0  "u8.ToArray(), Keys, values, unread);
        Assert.Equal(["d"], later!.Select(head => head.Id));
        Assert.Equal(["e"], unread.Select(head => head.Id));
        Assert.Equal([("a", "string", (long?)1795562792129, "1 2 3 4"), ("c", "dump", null, "\r\n\0")], values.Select(value => (value.Head.Id, value.Kind, value.Ends, Encoding.UTF8.GetString(value.Content.Span))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 -1 1 x")]
    [InlineData("1 -1 9 x ")]
    [InlineData("1 -1 -1 x ")]
    [InlineData("7 -1 1 x ")]
    [InlineData("1 -1 1 x 1 -1 1 y ")]
    public void An_answer_of_another_form_is_nonsense_not_an_absent_key(string told) => Assert.Null(ValuesReply.Read(Encoding.UTF8.GetBytes(told), Keys[..1], [], []));
}
