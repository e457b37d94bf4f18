using System.Text;
using CacheKeeper.Client;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>Makes envelopes as <see cref="ValueEnvelope"/> reads them, many with one dictionary; each is read back before it is handed out.</summary>
/// <remarks>Not for several threads at once. The dictionary is digested once, not once a value.</remarks>
internal sealed class ValueCompressor : IDisposable
{
    private const int Level = 3;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Compressor _compressor = new(Level);
    private readonly Decompressor _decompressor = new();
    private readonly string _id;

    public ValueCompressor(ValueDictionary? dictionary)
    {
        _id = dictionary?.Id ?? "-";
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        if (dictionary is not null)
        {
            _compressor.LoadDictionary(dictionary.Content);
            _decompressor.LoadDictionary(dictionary.Content);
        }
    }

    /// <summary>The frame alone: what a ratio is measured on.</summary>
    public byte[] Frame(ReadOnlySpan<byte> value) => _compressor.Wrap(value).ToArray();

    /// <summary>The envelope, or null: too little gain, no text, an envelope already, too large, or it would not come back unchanged.</summary>
    public string? Envelope(ReadOnlySpan<byte> value, double minimumGain)
    {
        if (value.Length > ValueEnvelope.LargestText || value.StartsWith("ckz1."u8) || !IsText(value))
        {
            return null;
        }

        var frame = _compressor.Wrap(value);
        var head = $"{ValueEnvelope.Magic}{_id}.{value.Length}.";
        var length = head.Length + ((frame.Length + 2) / 3 * 4);
        return length <= value.Length * (1 - minimumGain) && ComesBack(frame, value) ? head + Convert.ToBase64String(frame) : null;
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _decompressor.Dispose();
    }

    private bool ComesBack(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> value) => _decompressor.Unwrap(frame).SequenceEqual(value);

    private static bool IsText(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetCharCount(value) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
