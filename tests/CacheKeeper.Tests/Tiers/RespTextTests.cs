using System.Buffers;
using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>RESP as bytes, however the network cuts them.</summary>
public sealed class RespTextTests
{
    private const string Told = "+OK\r\n$5\r\na\r\nb\0\r\n*3\r\n:-2\r\n*2\r\n$-1\r\n-ERR no\r\n$0\r\n\r\n*-1\r\n";

    [Fact]
    public void Replies_end_where_they_end_whatever_comes_when()
    {
        var bytes = Encoding.Latin1.GetBytes(Told + ":7\r\n");
        for (var step = 1; step <= bytes.Length; step++)
        {
            var extent = new RespExtent(4);
            var there = step;
            while (!extent.TryReach(bytes.AsSpan(0, there)))
            {
                Assert.InRange(extent.Needed, there + 1, bytes.Length);
                there = Math.Min(bytes.Length, there + step);
            }

            Assert.Equal(Told.Length, extent.End);
        }
    }

    [Fact]
    public void A_reply_is_what_it_says()
    {
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(Told);
        Assert.Equal("OK", RespText.Take(ref rest).Text);
        Assert.Equal("a\r\nb\0", RespText.Take(ref rest).Text);
        var items = RespText.Take(ref rest).Items!;
        Assert.Equal(-2, items[0].Integer);
        Assert.True(items[1].Items![0].IsNull);
        Assert.Equal("ERR no", items[1].Items![1].Error);
        Assert.Empty(items[2].Bytes!);
        Assert.True(RespText.Take(ref rest).IsNull);
        Assert.True(rest.IsEmpty);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("*x\r\n")]
    public void What_is_no_reply_is_told_at_its_first_line(string told) => Assert.Throws<FormatException>(() => new RespExtent(1).TryReach(Encoding.ASCII.GetBytes(told)));

    [Fact]
    public void A_command_is_written_with_the_length_of_its_bytes()
    {
        var request = new ArrayBufferWriter<byte>();
        RespText.Write(request, "GET", "ü", new byte[] { 0, 13, 10 }, 12);
        Assert.Equal("*4\r\n$3\r\nGET\r\n$2\r\n\u00c3\u00bc\r\n$3\r\n\0\r\n\r\n$2\r\n12\r\n", Encoding.Latin1.GetString(request.WrittenSpan));
    }
}
