using System.Diagnostics;
using CacheKeeper.Cleanup.Duplicates;
using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Benchmarks.Duplicates;

/// <summary>How well texts of one meaning are told from alike ones: semantic hits at a precision, and merges that must not be.</summary>
internal sealed class DuplicatesMeasurement : IMeasurement
{
    public string Name => "duplicates";

    public string Summary => "Semantic hit rate at a precision (BANKING77, CLINC150, GPTCache pairs), near-misses merged, false merges, time a text; with the encoder where its weights are found";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        MeasureHits(figures, "spelling", null);
        MeasureMerges(figures, "spelling", null);
        if (EmbeddingsStore.Open() is { } encoder)
        {
            MeasureHits(figures, "blend", encoder);
            MeasureMerges(figures, "blend", encoder);
            MeasureSpeed(figures, encoder);
        }

        return Task.CompletedTask;
    }

    private static void MeasureHits(Figures figures, string method, SentenceEncoder? encoder)
    {
        var banking = Answers(Read(figures, "banking77_bank"), Read(figures, "banking77_queries"), encoder);
        figures.Add($"{method}_banking77_hit_rate_at_95", TextData.HitRate(banking, 0.95), 0.45, 0.60);
        figures.Add($"{method}_banking77_hit_rate_at_90", TextData.HitRate(banking, 0.90));
        figures.Add($"{method}_banking77_first_neighbour", banking.Count(answer => answer.Right) / (double)banking.Count);
        var clinc = Answers(Read(figures, "clinc150_bank"), [.. Read(figures, "clinc150_queries"), .. Read(figures, "clinc150_oos_queries")], encoder);
        figures.Add($"{method}_clinc150_hit_rate_at_90", TextData.HitRate(clinc, 0.90), note: "with queries that must miss");
        figures.Add($"{method}_clinc150_hit_rate_at_95", TextData.HitRate(clinc, 0.95));
        var pairs = Read(figures, "gptcache_mock_pairs");
        var paraphrases = Answers([.. pairs.Select((pair, row) => (pair.Text, $"{row}"))], [.. pairs.Select((pair, row) => (pair.Label, $"{row}"))], encoder);
        figures.Add($"{method}_gptcache_right_with_25_wrong", TextData.RightWith(paraphrases, 25), encoder is null ? null : 450, note: "of 499");
    }

    private static void MeasureMerges(Figures figures, string method, SentenceEncoder? encoder)
    {
        figures.Add($"{method}_near_misses_merged", Merged("near-misses.tsv", 1, encoder), 0, lowerIsBetter: true, note: "of the written set");
        figures.Add($"{method}_true_duplicates_merged", Merged("true-duplicates.tsv", 0, encoder), note: "of the written set of 66");
        var bank = Read(figures, "banking77_bank");
        var plan = DuplicateFinder.Find(bank.Select((row, index) => new CachedText($"{index}", row.Text)), encoder, DuplicatePolicy.Default);
        var wrong = plan.Clusters.Sum(cluster => cluster.Removed.Count(removed => bank[int.Parse(removed.Id)].Label != bank[int.Parse(cluster.Keeper)].Label));
        figures.Add($"{method}_banking77_wrong_merges", wrong, lowerIsBetter: true, note: $"of {plan.Removed} merges among {bank.Count} texts; another intent counts as wrong");
    }

    private static void MeasureSpeed(Figures figures, SentenceEncoder encoder)
    {
        string[] texts = [.. Read(figures, "banking77_queries").Select(row => row.Text)];
        encoder.Encode(texts[..200]);
        var begun = Stopwatch.GetTimestamp();
        encoder.Encode(texts);
        figures.Add("encoder_ms_per_text", Stopwatch.GetElapsedTime(begun).TotalMilliseconds / texts.Length, 5, lowerIsBetter: true, note: "many at once");
        begun = Stopwatch.GetTimestamp();
        foreach (var text in texts[..300])
        {
            encoder.Encode([text]);
        }

        figures.Add("encoder_ms_per_single_text", Stopwatch.GetElapsedTime(begun).TotalMilliseconds / 300, 5, lowerIsBetter: true);
    }

    private static List<(string Text, string Label)> Read(Figures figures, string set) => TextData.Read(figures.DataFile($"text/{set}.tsv.gz"));

    private static List<(double Score, bool Right)> Answers(List<(string Text, string Label)> bank, List<(string Text, string Label)> queries, SentenceEncoder? encoder)
    {
        var nearest = new TextBank([.. bank.Select(row => row.Text)], encoder, SimilarityPolicy.Default).Nearest([.. queries.Select(row => row.Text)]);
        return [.. nearest.Select((found, query) => ((double)found.Score, found.Row is { } row && bank[row].Label == queries[query].Label))];
    }

    // Each pair alone, so that nothing but the pair itself decides.
    private static int Merged(string file, int firstColumn, SentenceEncoder? encoder) =>
        File.ReadLines(Path.Combine(WrittenSets(), file)).Skip(1).Select(line => line.Split('\t'))
            .Count(cells => DuplicateFinder.Find([new("a", cells[firstColumn]), new("b", cells[firstColumn + 1])], encoder, DuplicatePolicy.Default).Removed > 0);

    private static string WrittenSets()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CacheKeeper.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The written sets stand in the checkout; run this from one.");
        }

        return Path.Combine(folder, "tests", "CacheKeeper.Tests", "Cleanup");
    }
}
