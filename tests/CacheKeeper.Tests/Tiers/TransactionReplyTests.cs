using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>What a transaction over some keys tells.</summary>
public sealed class TransactionReplyTests
{
    private static readonly EntryHead[] Keys = [.. "abcd".Select(letter => new EntryHead(TierName.Upstash, letter.ToString(), ""))];
    private static readonly string Queued = "+OK\r\n" + string.Concat(Enumerable.Repeat("+QUEUED\r\n", 8));

    [Fact]
    public void Texts_are_values_other_types_are_left_and_what_is_gone_is_neither()
    {
        var (read, values, others) = Read(Queued + "*8\r\n$3\r\nx\r\n\r\n:1795562792129\r\n$0\r\n\r\n:-2\r\n-WRONGTYPE Operation\r\n:-1\r\n$0\r\n\r\n:-1\r\n");
        Assert.True(read);
        Assert.Equal([("a", (long?)1795562792129, "x\r\n"), ("d", null, "")], values.Select(value => (value.Head.Id, value.Ends, Encoding.UTF8.GetString(value.Content.Span))));
        Assert.Equal(["c"], others.Select(head => head.Id));
    }

    [Fact]
    public void A_text_that_may_be_longer_than_what_came_is_left()
    {
        var (most, less) = (new string('x', TransactionReply.MostBytes), new string('y', TransactionReply.MostBytes - 1));
        var (read, values, others) = Read(Queued + $"*8\r\n${most.Length}\r\n{most}\r\n:-1\r\n${less.Length}\r\n{less}\r\n:-1\r\n$0\r\n\r\n:-2\r\n$0\r\n\r\n:-2\r\n");
        Assert.True(read);
        Assert.Equal(["a"], others.Select(head => head.Id));
        Assert.Equal(["b"], values.Select(value => value.Head.Id));
        Assert.Contains($"\r\n${(TransactionReply.MostBytes - 1).ToString().Length}\r\n{TransactionReply.MostBytes - 1}\r\n", Encoding.ASCII.GetString(TransactionReply.Command(Keys).Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-NOPERM this user has no permissions to run the 'multi' command\r\n")]
    [InlineData("+OK\r\n+QUEUED\r\n-ERR unknown command 'PEXPIRETIME'\r\n")]
    public void A_refusal_before_the_transaction_is_no_answer(string told) => Assert.False(Read(told).Read);

    [Theory]
    [InlineData("-EXECABORT Transaction discarded because of previous errors.\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*2\r\n:1\r\n:2\r\n")]
    [InlineData("*8\r\n-LOADING Redis is loading\r\n")]
    public void A_transaction_that_was_not_run_is_no_answer(string told) => Assert.False(Read(Queued + told).Read);

    private static (bool Read, List<RedisValue> Values, List<EntryHead> Others) Read(string told)
    {
        var (values, others) = (new List<RedisValue>(), new List<EntryHead>());
        return (TransactionReply.TryRead(Encoding.ASCII.GetBytes(told), Keys, values, others), values, others);
    }
}
