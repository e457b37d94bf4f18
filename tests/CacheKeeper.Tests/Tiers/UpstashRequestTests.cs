using System.Text;
using System.Text.Json;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>Commands as JSON are read back as what they were, whatever stands in them.</summary>
public sealed class UpstashRequestTests
{
    private static readonly string[] Texts = ["", "GET", "a:b c", "\"", "\\", "line\r\n\tend", "\0\u0001\u001f", "\u007f", "h\u00e9llo", "\U0001f9e8 emoji", "</script>", "\u2028", new string('x', 100_000)];

    [Fact]
    public void Texts_bytes_and_numbers_are_read_back_as_texts()
    {
        object[][] commands = [.. Texts.Select(text => (object[])[text, Encoding.UTF8.GetBytes(text), 17L]), ["PING"]];
        var read = JsonSerializer.Deserialize<string[][]>(UpstashRequest.Write(commands, bytes: 0).Span)!;
        Assert.Equal([.. Texts.Select(text => (string[])[text, text, "17"]), ["PING"]], read);
    }

    [Fact]
    public void Half_a_character_is_replaced_and_breaks_nothing() =>
        Assert.Equal([["\ufffd", "next"]], JsonSerializer.Deserialize<string[][]>(UpstashRequest.Write([["\ud83e", "next"]], bytes: 10).Span)!);
}
