using System.CommandLine;
using System.Globalization;
using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper debug nearest BANK QUERIES</c>: for each query the nearest stored text and how near it is.</summary>
internal static class DebugNearestCommand
{
    private static readonly Argument<string> Bank = new("BANK.tsv") { Description = "Stored texts: the first column, after a header line" };
    private static readonly Argument<string> Queries = new("QUERIES.tsv") { Description = "Texts to look up: the first column, after a header line" };
    private static readonly Option<string> Output = new("--output") { Description = "Where to write query, bank (rows from 0) and score; '-' is standard output", DefaultValueFactory = _ => "-" };

    public static Command Create()
    {
        var command = new Command("nearest", "For each query the nearest stored text and its similarity, 0 to 1") { Bank, Queries, Output };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(Bank), parsed.GetRequiredValue(Queries), parsed.GetRequiredValue(Output), parsed.GetValue(CommonOptions.Quiet)));
        return command;
    }

    private static int Run(string bankPath, string queriesPath, string outputPath, bool quiet)
    {
        var encoder = EmbeddingsStore.Open();
        if (encoder is null && !quiet)
        {
            TerminalHost.Remark("No sentence encoder found: comparing spellings only (scripts/fetch-embeddings brings it).");
        }

        var stored = FirstColumn(bankPath);
        var queries = FirstColumn(queriesPath);
        var nearest = new TextBank(stored, encoder, SimilarityPolicy.Default).Nearest(queries);
        using var output = TextFileStore.OpenWrite(outputPath);
        output.WriteLine("query\tbank\tscore");
        for (var query = 0; query < nearest.Length; query++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query}\t{nearest[query].Row}\t{nearest[query].Score:F6}"));
        }

        return ExitCode.Done;
    }

    private static List<string> FirstColumn(string path)
    {
        using var reader = TextFileStore.OpenRead(path);
        var texts = new List<string>();
        try
        {
            reader.ReadLine();
            while (reader.ReadLine() is { } line)
            {
                texts.Add(line.Split('\t', 2)[0]);
            }
        }
        catch (InvalidDataException e)
        {
            throw KeeperException.Usage($"Cannot read {path}: {e.Message}");
        }

        return texts;
    }
}
