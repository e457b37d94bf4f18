using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CacheKeeper.Cleanup.Compression;
using ZstdSharp;

namespace CacheKeeper.Benchmarks;

/// <summary>P19: values of 1 to 4 KB, compressed with a dictionary trained on others of their kind, against zstd -3 without one, turn by turn in one run.</summary>
internal sealed class CompressionMeasurement : IMeasurement
{
    private const int Rounds = 7;

    public string Name => "compression";

    public string Summary => "Values of 1 to 4 KB with a trained dictionary against plain zstd -3: ratio and speed";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var values = Answers(figures).ToList();
        var (training, judged) = (values.Where((_, i) => i % 2 == 0).Take(1000).ToList(), values.Where((_, i) => i % 2 == 1).ToList());
        var dictionary = DictionaryTrainer.Train(training, new CompressionPolicy().DictionaryBytes) ?? throw new InvalidOperationException("no dictionary could be trained");
        var (plain, ours) = (DictionaryTrainer.Size(judged, null), DictionaryTrainer.Size(judged, dictionary));
        figures.Add("ratio against plain zstd -3", (double)plain / ours, 1.3, null, false, $"{judged.Count} values, {judged.Sum(value => value.Length):N0} bytes, {plain:N0} plain, {ours:N0} with a dictionary of {dictionary.Content.Length:N0}; judged values unseen");

        var ratios = Enumerable.Range(0, Rounds).Select(_ => Time(judged, null) / Time(judged, dictionary)).Order().ToList();
        figures.Add("speed against plain zstd -3", ratios[Rounds / 2], 0.8, null, false, $"spread {ratios[0]:0.00}-{ratios[^1]:0.00}, {Rounds} rounds");
        var checkedRatios = Enumerable.Range(0, Rounds).Select(_ => Time(judged, null) / TimeEnvelopes(judged, dictionary)).Order().ToList();
        figures.Add("speed with envelope and read back, against plain zstd -3 alone", checkedRatios[Rounds / 2], null, null, false, $"spread {checkedRatios[0]:0.00}-{checkedRatios[^1]:0.00}");
        return Task.CompletedTask;
    }

    // Answers as a payments gateway gives them: JSON around support sentences (the questions' own words), figures that differ in each.
    private static IEnumerable<byte[]> Answers(Figures figures)
    {
        var lines = Lines(figures.DataFile("text/banking77_bank.tsv.gz")).Skip(1).Select(line => line.Split('\t')[0]).ToArray();
        var random = new Random(19);
        for (var i = 0; i < 3000; i++)
        {
            var length = random.Next(1024, 4097);
            var text = new StringBuilder();
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"id\":\"{Guid.NewGuid()}\",\"amount\":{random.Next(1, 100000)}.{random.Next(100):00},\"currency\":\"INR\",\"utr\":\"{random.NextInt64(100000000000, 999999999999)}\",\"steps\":[");
            while (text.Length < length - 3)
            {
                text.Append('"').Append(lines[random.Next(lines.Length)].Replace("\"", "'", StringComparison.Ordinal)).Append("\",");
            }

            yield return Encoding.UTF8.GetBytes(text.Append("\"\"]}").ToString());
        }
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static double Time(List<byte[]> values, ValueDictionary? dictionary)
    {
        using var compressor = new Compressor(3);
        if (dictionary is not null)
        {
            compressor.LoadDictionary(dictionary.Content);
        }

        compressor.Wrap(values[0]);
        var begun = Stopwatch.GetTimestamp();
        foreach (var value in values)
        {
            compressor.Wrap(value);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static double TimeEnvelopes(List<byte[]> values, ValueDictionary dictionary)
    {
        using var compressor = new ValueCompressor(dictionary);
        compressor.Envelope(values[0], 0.05);
        var begun = Stopwatch.GetTimestamp();
        foreach (var value in values)
        {
            compressor.Envelope(value, 0.05);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
