using System.Text;
using CacheKeeper.Backup.Copies;

namespace CacheKeeper.Tests.Backup;

/// <summary>Blocks of whole lines out of a stream that gives what it likes.</summary>
public sealed class LineStreamTests
{
    [Fact]
    public async Task Blocks_end_with_a_line_and_are_together_what_the_stream_held()
    {
        var random = new Random(11);
        var text = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            text.Append('x', i == 1500 ? 700_000 : random.Next(400)).Append('\n');
        }

        var (lines, read) = (new LineStreamService(new DrippingStream(Encoding.ASCII.GetBytes(text.ToString()), random)), new StringBuilder());
        while (await lines.NextAsync(TestContext.Current.CancellationToken) is { Length: > 0 } block)
        {
            Assert.Equal((byte)'\n', block.Span[^1]);
            read.Append(Encoding.ASCII.GetString(block.Span));
        }

        Assert.Equal(text.ToString(), read.ToString());
        Assert.Equal(0, (await lines.NextAsync(TestContext.Current.CancellationToken)).Length);
    }

    private sealed class DrippingStream(byte[] content, Random random) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + random.Next(5000))], cancellationToken);
    }
}
