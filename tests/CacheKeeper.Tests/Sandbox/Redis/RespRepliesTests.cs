using System.Text;
using CacheKeeper.Sandbox.Redis;
using CsCheck;

namespace CacheKeeper.Tests.Sandbox.Redis;

/// <summary>Finding the ends of replies that arrive in any pieces.</summary>
public sealed class RespRepliesTests
{
    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.Long.Select(number => $":{number}\r\n"),
        Gen.Char.AlphaNumeric.Array[0, 20].Select(text => $"+{new string(text)}\r\n"),
        Gen.Char.AlphaNumeric.Array[0, 20].Select(text => $"-ERR {new string(text)}\r\n"),
        OneOf("", "\r\n", "a\r\nb", "$5\r\n", "*1\r\n", "é", new string('x', 40_000)).Select(Bulk),
        OneOf("$-1\r\n", "*-1\r\n", "*0\r\n"));

    private static readonly Gen<string> Any = Gen.Recursive<string>((depth, child) =>
        depth > 3 ? Leaf : Gen.OneOf(Leaf, child.Array[0, 4].Select(items => $"*{items.Length}\r\n{string.Concat(items)}")));

    [Fact]
    public void Replies_are_found_whole_however_the_bytes_are_cut() =>
        Gen.Select(Any.Array[1, 6], Gen.Int[1, 30_000]).Sample(
            (items, piece) =>
            {
                using var replies = new RespReplies();
                replies.Expect(items.Length);
                Feed(replies, Encoding.UTF8.GetBytes(string.Concat(items)), piece);
                Assert.True(replies.IsComplete);
                Assert.False(replies.HasMore);
                Assert.Equal(items, Enumerable.Range(0, replies.Count).Select(index => Encoding.UTF8.GetString(replies[index])));
            },
            iter: 300);

    [Fact]
    public void Dropping_a_reply_keeps_what_came_after_it()
    {
        using var replies = new RespReplies();
        replies.Expect(1);
        Feed(replies, "*2\r\n$1\r\na\r\n:1\r\n+b\r\n+c"u8.ToArray(), 100);
        Assert.Equal("*2\r\n$1\r\na\r\n:1\r\n", Encoding.UTF8.GetString(replies[0]));
        replies.Drop();
        Assert.Equal("+b\r\n", Encoding.UTF8.GetString(replies[0]));
        replies.Drop();
        Assert.False(replies.IsComplete);
        Feed(replies, "\r\n"u8.ToArray(), 1);
        Assert.Equal("+c\r\n", Encoding.UTF8.GetString(replies[0]));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$5x\r\nhello\r\n")]
    public void Another_protocol_is_an_error_and_no_endless_wait(string bytes)
    {
        using var replies = new RespReplies();
        replies.Expect(1);
        Assert.Throws<IOException>(() => Feed(replies, Encoding.UTF8.GetBytes(bytes), 100));
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static string Bulk(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    private static void Feed(RespReplies replies, byte[] bytes, int piece)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var space = replies.Space();
            var length = Math.Min(Math.Min(piece, space.Length), bytes.Length - at);
            bytes.AsMemory(at, length).CopyTo(space);
            replies.Advance(length);
            at += length;
        }
    }
}
