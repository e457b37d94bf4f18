using ZstdSharp;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>Trains dictionaries on values of the cache and judges them on values they have not seen: pure.</summary>
internal static class DictionaryTrainer
{
    private const int LeastSamples = 50;

    /// <summary>The dictionary to compress with: a new one when it saves enough more than <paramref name="standing"/> (or than none), else the standing one.</summary>
    public static ValueDictionary? Choose(IReadOnlyList<byte[]> values, ValueDictionary? standing, CompressionPolicy policy)
    {
        var (training, judging) = Split(values);
        if (training.Count < Math.Max(LeastSamples, policy.DictionarySample / 20) || Train(training, policy.DictionaryBytes) is not { } trained)
        {
            return standing;
        }

        return Size(judging, trained) < Size(judging, standing) * (1 - policy.DictionaryGain) ? trained : standing;
    }

    /// <summary>A dictionary of at most so many bytes; null when the values have too little in common to train one.</summary>
    public static ValueDictionary? Train(IReadOnlyList<byte[]> values, int bytes)
    {
        try
        {
            // A dictionary much larger than a tenth of what it learns from learns it by heart.
            var most = Math.Clamp(values.Sum(value => value.Length) / 10, 1024, bytes);
            return ValueDictionary.Of(DictBuilder.TrainFromBuffer(values, most));
        }
        catch (ZstdException)
        {
            return null;
        }
    }

    /// <summary>Bytes of the values' frames with a dictionary.</summary>
    public static long Size(IReadOnlyList<byte[]> values, ValueDictionary? dictionary)
    {
        using var compressor = new ValueCompressor(dictionary);
        return values.Sum(value => (long)compressor.Frame(value).Length);
    }

    // Every fourth value judges.
    private static (List<byte[]> Training, List<byte[]> Judging) Split(IReadOnlyList<byte[]> values) =>
        ([.. values.Where((_, i) => i % 4 != 3)], [.. values.Where((_, i) => i % 4 == 3)]);
}
