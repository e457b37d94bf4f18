using System.Text;
using System.Text.Json;
using CacheKeeper.Client;
using CsCheck;

namespace CacheKeeper.Tests.Client;

public sealed class ValueEnvelopeTests
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("Your refund of 1,200 rupees arrives within three days. ", 40));
    private static readonly byte[] Dictionary = Encoding.UTF8.GetBytes(Long + "UPI transaction reference settlement");

    [Fact]
    public void A_text_comes_back_unchanged()
    {
        var envelope = ValueEnvelope.Write(Long)!;
        Assert.True(envelope.Length < Long.Length / 2, $"{envelope.Length} of {Long.Length}");
        Assert.True(ValueEnvelope.TryRead(envelope, null, out var text));
        Assert.Equal(Long, text);
    }

    [Fact]
    public void Any_text_comes_back_unchanged_or_is_not_written() =>
        Gen.String.Sample(text => ValueEnvelope.Wrap(text) is not { } envelope || (ValueEnvelope.TryRead(envelope, null, out var back) && back == text));

    [Fact]
    public void An_envelope_with_a_dictionary_needs_that_dictionary()
    {
        var text = "The settlement of your UPI transaction reference arrives within three days.";
        var envelope = ValueEnvelope.Write(text, "d-1", Dictionary, double.NegativeInfinity)!;
        Assert.Equal("d-1", ValueEnvelope.DictionaryOf(envelope));
        Assert.True(ValueEnvelope.TryRead(envelope, Dictionary, out var back) && back == text);
        Assert.False(ValueEnvelope.TryRead(envelope, null, out _) && back != text);
        Assert.False(ValueEnvelope.TryRead(envelope, Encoding.UTF8.GetBytes("another one, long enough to be one"), out var wrong) && wrong == text);
    }

    [Fact]
    public void A_small_text_is_not_worth_an_envelope() => Assert.Null(ValueEnvelope.Write("Yes."));

    [Fact]
    public void A_text_with_an_unpaired_surrogate_is_not_written() => Assert.Null(ValueEnvelope.Wrap(Long + '\uD800'));

    [Fact]
    public void An_envelope_is_plain_ascii_and_no_json_value()
    {
        var envelope = ValueEnvelope.Write(Long)!;
        Assert.All(envelope, character => Assert.InRange(character, '!', '~'));
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(envelope));
        Assert.Equal(envelope, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(envelope)));
    }

    [Theory]
    [InlineData("ckz1.")]
    [InlineData("ckz1.-.5.")]
    [InlineData("ckz1.-.5.!!!!")]
    [InlineData("ckz1.-.5.AAAA")]
    [InlineData("ckz1.-.99999999999.AAAA")]
    [InlineData("ckz1.../x.5.AAAA")]
    [InlineData("an ordinary answer")]
    public void What_is_no_envelope_is_not_read(string value) => Assert.False(ValueEnvelope.TryRead(value, null, out _));

    [Fact]
    public void No_damage_to_a_byte_goes_unnoticed()
    {
        var envelope = ValueEnvelope.Write(Long)!;
        var payload = envelope.LastIndexOf('.') + 1;
        Gen.Int[payload, envelope.Length - 3].Select(Gen.Char['A', 'Z']).Sample((at, with) =>
        {
            var damaged = envelope.Remove(at, 1).Insert(at, with.ToString());
            return damaged == envelope || !ValueEnvelope.TryRead(damaged, null, out var text) || text == Long;
        });
    }
}
