using System.Text;
using System.Text.Json;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

public sealed class UpstashReplyTests
{
    [Fact]
    public void Every_kind_of_reply_is_read()
    {
        var replies = UpstashReply.ReadMany("""[{"result":7},{"result":"YQBi"},{"result":"OK"},{"result":null},{"error":"ERR no"},{"result":["MA==",[1,null]],"other":{"a":[1]}},{"result":1,"error":"ERR it counts"}]"""u8, 7);

        Assert.Equal(7, replies[0].Integer);
        Assert.Equal([97, 0, 98], replies[1].Bytes!);
        Assert.Equal("OK", replies[2].Text);
        Assert.True(replies[3].IsNull);
        Assert.Equal("ERR no", replies[4].Error);
        Assert.Equal("0", replies[5].Items![0].Text);
        Assert.Equal(1, replies[5].Items![1].Items![0].Integer);
        Assert.True(replies[5].Items![1].Items![1].IsNull);
        Assert.Equal("ERR it counts", replies[6].Error);
        Assert.Equal(3, UpstashReply.ReadOne("""{"result":3}"""u8).Integer);
    }

    [Fact]
    public void Blanks_between_and_numbers_to_their_ends_are_read() =>
        Assert.Equal([-9223372036854775808, 9223372036854775807, 0], UpstashReply.ReadMany(" [ {\"result\":-9223372036854775808} ,\n{ \"result\" : 9223372036854775807 },{\"result\":0}\t]\r\n"u8, 3).Select(reply => reply.Integer!.Value));

    [Fact]
    public void A_text_that_is_no_base64_is_taken_as_it_is() =>
        Assert.Equal("not base64!", UpstashReply.ReadOne("""{"result":"not base64!"}"""u8).Text);

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("[{\"result\":1},{\"result\":2}]")]
    [InlineData("[{\"result\":1}] x")]
    [InlineData("[{\"result\":1.5}]")]
    [InlineData("[{\"result\":+1}]")]
    [InlineData("[{\"result\":1")]
    [InlineData("[{\"result\":1}")]
    [InlineData("[{\"result\":1},]")]
    [InlineData("[{\"result\":9223372036854775808}]")]
    [InlineData("[{\"result\":{}}]")]
    [InlineData("[{\"error\":5}]")]
    [InlineData("<html>")]
    public void Anything_else_is_told_apart(string json) =>
        Assert.ThrowsAny<JsonException>(() => UpstashReply.ReadMany(Encoding.UTF8.GetBytes(json), 1));
}
