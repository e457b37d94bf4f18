using System.Text;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Client;

namespace CacheKeeper.Tests.Cleanup.Compression;

public sealed class ValueCompressorTests
{
    private static readonly List<byte[]> Values = [.. Enumerable.Range(0, 400).Select(Value)];

    [Fact]
    public void The_client_reads_every_envelope_with_and_without_a_dictionary()
    {
        var dictionary = DictionaryTrainer.Train(Values, 16_384)!;
        foreach (var known in (ValueDictionary?[])[null, dictionary])
        {
            using var compressor = new ValueCompressor(known);
            foreach (var value in Values.Take(50))
            {
                var envelope = compressor.Envelope(value, 0.05);
                Assert.NotNull(envelope);
                Assert.Equal(known?.Id, ValueEnvelope.DictionaryOf(envelope));
                Assert.True(ValueEnvelope.TryRead(envelope, known?.Content, out var text));
                Assert.Equal(value, Encoding.UTF8.GetBytes(text));
            }
        }
    }

    [Fact]
    public void What_gains_too_little_is_no_text_or_is_an_envelope_already_stays_as_it_is()
    {
        using var compressor = new ValueCompressor(null);
        var noise = new byte[3000];
        new Random(4).NextBytes(noise);
        Assert.Null(compressor.Envelope(Encoding.UTF8.GetBytes(Convert.ToBase64String(noise)), 0.05));
        Assert.Null(compressor.Envelope(noise, double.NegativeInfinity));
        Assert.Null(compressor.Envelope(Encoding.UTF8.GetBytes(compressor.Envelope(Values[0], 0.05)!), double.NegativeInfinity));
        Assert.Null(compressor.Envelope("short"u8, 0.05));
    }

    [Fact]
    public void A_dictionary_is_chosen_when_it_saves_enough_on_values_it_has_not_seen_and_kept_while_no_better_comes()
    {
        var policy = new CompressionPolicy();
        var first = DictionaryTrainer.Choose(Values, null, policy);
        Assert.NotNull(first);
        Assert.True(DictionaryTrainer.Size(Values, first) < 0.7 * DictionaryTrainer.Size(Values, null));
        Assert.Equal(first.Id, DictionaryTrainer.Choose(Values, first, policy)!.Id);
        Assert.Null(DictionaryTrainer.Choose([.. Values.Take(20)], null, policy));
    }

    private static byte[] Value(int i) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 12).Select(j =>
        $"{{\"payment\":\"{(i * 7919) + j}\",\"state\":\"settled\",\"amount\":\"{i * 31 % 997}.{j}0 INR\",\"bank\":\"bank number {i % 17}\",\"note\":\"paid by {(i * j) % 101}\"}}")));
}
