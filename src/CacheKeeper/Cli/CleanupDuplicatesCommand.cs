using System.CommandLine;
using System.Globalization;
using CacheKeeper.Cleanup.Duplicates;
using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper cleanup duplicates FILE</c>: which texts of a file say the same, which only look so, and why.</summary>
internal static class CleanupDuplicatesCommand
{
    private static readonly Argument<string> Source = new("FILE.jsonl") { Description = "A text a line: {\"id\",\"text\",\"category\"?,\"agent_id\"?,\"updated_at\"?,\"access_count\"?,\"pinned\"?}; gzip and '-' too" };
    private static readonly Option<float> Threshold = new("--threshold") { Description = "Texts at least so alike (0 to 1) are candidates; the guards decide", DefaultValueFactory = _ => DuplicatePolicy.Default.Threshold };

    public static Command Create()
    {
        Threshold.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float>() is not (> 0 and <= 1))
            {
                result.AddError("--threshold takes a number above 0, up to 1 (0.85 is the default).");
            }
        });
        var command = new Command("duplicates", "Finds texts that say the same; changes nothing") { Source, Threshold };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(Source), parsed.GetRequiredValue(Threshold), parsed.GetValue(CommonOptions.Json), parsed.GetValue(CommonOptions.Quiet)));
        return command;
    }

    private static int Run(string path, float threshold, bool json, bool quiet)
    {
        var encoder = EmbeddingsStore.Open();
        var plan = DuplicateFinder.Find(Read(path), encoder, DuplicatePolicy.Default with { Threshold = threshold });
        if (encoder is null && !quiet)
        {
            TerminalHost.Remark("No sentence encoder found: comparing spellings only (scripts/fetch-embeddings brings it).");
        }

        if (plan.Truncated)
        {
            TerminalHost.Remark("There are more alike texts than one run compares; run again after these are merged.");
        }

        if (json)
        {
            TerminalHost.Json(Document(plan));
        }
        else
        {
            Describe(plan);
        }

        return ExitCode.Done;
    }

    private static List<CachedText> Read(string path)
    {
        using var reader = TextFileStore.OpenRead(path);
        var (texts, ids, number) = (new List<CachedText>(), new HashSet<string>(), 0);
        while (NextLine(reader, path) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                texts.Add(CachedTextReader.Read(line));
            }
            catch (FormatException e)
            {
                throw KeeperException.Usage($"{path}, line {number}: {e.Message}", "Each line must be one JSON object with \"id\" and \"text\".");
            }

            if (!ids.Add(texts[^1].Id))
            {
                throw KeeperException.Usage($"{path}, line {number}: the id \"{texts[^1].Id}\" stands on an earlier line too", "Ids must be unique: they say what would be removed.");
            }
        }

        return texts;
    }

    private static string? NextLine(TextReader reader, string path)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw KeeperException.Usage($"Cannot read {path}: {e.Message}");
        }
    }

    private static object Document(DuplicatePlan plan) => new
    {
        Clusters = plan.Clusters.Select(cluster => new
        {
            cluster.Keeper,
            Removed = cluster.Removed.Select(removed => new { removed.Id, Similarity = Rounded(removed.Similarity) }),
        }),
        HeldBack = plan.HeldBack.Select(pair => new { pair.A, pair.B, Similarity = Rounded(pair.Similarity), pair.Guard }),
    };

    private static double Rounded(float similarity) => Math.Round(similarity, 4);

    private static void Describe(DuplicatePlan plan)
    {
        foreach (var cluster in plan.Clusters)
        {
            TerminalHost.Say($"keep {cluster.Keeper} ({cluster.KeptBecause})");
            foreach (var removed in cluster.Removed)
            {
                TerminalHost.Say(string.Create(CultureInfo.InvariantCulture, $"  merge {removed.Id}  {removed.Similarity:F3}  {removed.Reason}"));
            }
        }

        foreach (var pair in plan.HeldBack)
        {
            TerminalHost.Say(string.Create(CultureInfo.InvariantCulture, $"held back {pair.A} and {pair.B}  {pair.Similarity:F3}  they differ in: {pair.Guard}"));
        }

        TerminalHost.Say($"{plan.Removed} texts in {plan.Clusters.Count} clusters could be merged; {plan.HeldBack.Count} alike pairs held back.");
    }
}
