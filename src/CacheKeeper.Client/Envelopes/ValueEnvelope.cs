using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ZstdSharp;

namespace CacheKeeper.Client;

/// <summary>
/// A compressed value as Redis and PostgreSQL hold it: <c>ckz1.{dictionary id or -}.{length of the text in UTF-8 bytes}.{base64 of a zstd frame}</c>.
/// It is plain ASCII and not valid JSON, so it comes unchanged through REST, through clients that parse values as JSON, and through a text column.
/// </summary>
public static class ValueEnvelope
{
    /// <summary>How every envelope begins.</summary>
    public const string Magic = "ckz1.";

    /// <summary>A larger text is neither written nor read: the limit keeps a forged length from taking the reader's memory.</summary>
    public const int LargestText = 64 * 1024 * 1024;

    /// <summary>An envelope must save at least this share, or it is not worth its reading.</summary>
    public const double MinimumGain = 0.1;

    private const int Level = 3;
    private const string NoDictionary = "-";

    /// <summary>Whether a value claims to be an envelope. Text that happens to begin so is itself saved in an envelope by the client.</summary>
    public static bool IsEnvelope(string? value) => value?.StartsWith(Magic, StringComparison.Ordinal) == true;

    /// <summary>The dictionary needed to read it; null when it needs none or is no envelope.</summary>
    public static string? DictionaryOf(string? value) => Parts(value) is { Dictionary: not NoDictionary } parts ? parts.Dictionary : null;

    /// <summary>
    /// The envelope, or null when it would save less than <paramref name="minimumGain"/> of the text's bytes, when the text is too large, or
    /// when it would not come back unchanged. A dictionary's id is 1 to 32 letters, digits, <c>_</c> and <c>-</c>, not <c>-</c> alone.
    /// </summary>
    public static string? Write(string text, string? dictionaryId = null, byte[]? dictionary = null, double minimumGain = MinimumGain)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > LargestText || !IsUsable(dictionaryId, dictionary))
        {
            return null;
        }

        using var compressor = new Compressor(Level);
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        compressor.LoadDictionary(dictionary ?? []);
        var envelope = string.Create(
            CultureInfo.InvariantCulture, $"{Magic}{dictionaryId ?? NoDictionary}.{bytes.Length}.{Convert.ToBase64String(compressor.Wrap(bytes))}");
        var worth = envelope.Length <= bytes.Length * (1 - minimumGain);
        return worth && TryRead(envelope, dictionary, out var back) && back == text ? envelope : null;
    }

    /// <summary>The envelope whatever it saves, for a text that cannot stand as it is; null only when it would not come back unchanged.</summary>
    public static string? Wrap(string text) => Write(text, minimumGain: double.NegativeInfinity);

    /// <summary>Reads an envelope; false when it is none, is damaged, or needs another dictionary.</summary>
    public static bool TryRead(string? value, byte[]? dictionary, out string text)
    {
        text = "";
        if (Parts(value) is not { } parts || parts.Length > LargestText)
        {
            return false;
        }

        try
        {
            using var decompressor = new Decompressor();
            decompressor.LoadDictionary(dictionary ?? []);
            var bytes = new byte[parts.Length];
            var written = decompressor.Unwrap(Convert.FromBase64String(parts.Payload), bytes.AsSpan());
            text = new UTF8Encoding(false, true).GetString(bytes.AsSpan(0, written));
            return written == parts.Length;
        }
        catch (Exception error) when (error is ZstdException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            text = "";
            return false;
        }
    }

    private static EnvelopeParts? Parts(string? value)
    {
        var fields = value is not null && IsEnvelope(value) ? value.Split('.', 4) : [];
        return fields.Length == 4 && IsDictionaryId(fields[1]) && Base64.IsValid(fields[3])
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new EnvelopeParts(fields[1], length, fields[3])
            : null;
    }

    private static bool IsUsable(string? dictionaryId, byte[]? dictionary) =>
        dictionaryId is null ? dictionary is null : dictionary is not null && dictionaryId != NoDictionary && IsDictionaryId(dictionaryId);

    private static bool IsDictionaryId(string id) => id.Length is >= 1 and <= 32 && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private sealed record EnvelopeParts(string Dictionary, int Length, string Payload);
}
