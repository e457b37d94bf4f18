using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Tests.Cleanup.Value;

public sealed class AccessTraceReaderTests
{
    [Fact]
    public void Times_sizes_and_names_are_read_by_the_header()
    {
        var reader = new AccessTraceReader("t,key,size");
        reader.Add("0.5,b,100");
        reader.Add("1,a,7");
        reader.Add("");
        reader.Add("2,b,120");
        var trace = reader.ToTrace();
        Assert.Equal([0, 1, 0], trace.Keys);
        Assert.Equal(["b", "a"], trace.Names);
        Assert.Equal([0.5, 1, 2], trace.Times!);
        Assert.Equal([120, 7], trace.Sizes!);
    }

    [Fact]
    public void A_trace_without_times_has_none_rather_than_zeros()
    {
        var reader = new AccessTraceReader("key");
        reader.Add("7");
        Assert.Null(reader.ToTrace().Times);
        Assert.Null(reader.ToTrace().Sizes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("time,id")]
    public void A_header_without_a_key_is_wrong_usage(string? header) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<KeeperException>(() => new AccessTraceReader(header)).ExitCode);

    [Theory]
    [InlineData("5")]
    [InlineData("x,1")]
    public void A_broken_line_is_named(string line) =>
        Assert.Contains(line, Assert.Throws<KeeperException>(() => new AccessTraceReader("t,key").Add(line)).Message, StringComparison.Ordinal);
}
