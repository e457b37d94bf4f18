using System.Text.RegularExpressions;

namespace CacheKeeper.Verify.Security;

/// <summary>The table of ASVS 5.0: every requirement of levels 1 and 2 has a line, and what each line names is there.</summary>
internal sealed partial class AsvsCheck(Func<IReadOnlyList<string>> checks) : ICheck
{
    private const double LeastByTest = 0.9;

    // Section and the numbers of its requirements of levels 1 and 2 (OWASP ASVS 5.0.0).
    private static readonly (string Section, int First, int Last)[] Required =
    [
        ("V1.1", 1, 2), ("V1.2", 1, 9), ("V1.3", 1, 11), ("V1.4", 1, 3), ("V1.5", 1, 2), ("V2.1", 1, 3), ("V2.2", 1, 3), ("V2.3", 1, 4), ("V2.4", 1, 1), ("V3.2", 1, 2), ("V3.3", 1, 4), ("V3.4", 1, 6),
        ("V3.5", 1, 5), ("V3.7", 1, 2), ("V4.1", 1, 3), ("V4.2", 1, 1), ("V4.3", 1, 2), ("V4.4", 1, 4), ("V6.1", 1, 3), ("V6.2", 1, 12), ("V6.3", 1, 4), ("V6.4", 1, 4), ("V6.5", 1, 5), ("V6.6", 1, 3),
        ("V6.8", 1, 4), ("V7.1", 1, 3), ("V7.2", 1, 4), ("V7.3", 1, 2), ("V7.4", 1, 5), ("V7.5", 1, 2), ("V7.6", 1, 2), ("V8.1", 1, 2), ("V8.2", 1, 3), ("V8.3", 1, 1), ("V8.4", 1, 1), ("V10.1", 1, 2), ("V10.2", 1, 2), ("V10.5", 1, 5), ("V11.1", 1, 2),
        ("V11.2", 1, 3), ("V11.3", 1, 3), ("V11.4", 1, 4), ("V11.5", 1, 1), ("V11.6", 1, 1), ("V12.1", 1, 3), ("V12.2", 1, 2), ("V12.3", 1, 4), ("V13.1", 1, 1), ("V13.2", 1, 5), ("V13.3", 1, 2), ("V13.4", 1, 5),
        ("V14.1", 1, 2), ("V14.2", 1, 4), ("V14.3", 1, 3), ("V15.1", 1, 3), ("V15.2", 1, 3), ("V15.3", 1, 7), ("V16.1", 1, 1), ("V16.2", 1, 5), ("V16.3", 1, 4), ("V16.4", 1, 3), ("V16.5", 1, 3),
    ];

    public string Name => "asvs";

    public string Goal => "each requirement of ASVS 5.0 level 2 has its line; every test, check and sentence that a line names exists; nine in ten applicable ones are held by a test";

    public (int Smoke, int Default, int Full) Tries => (1, 1, 1);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var root = SupplyCheck.Root();
        var lines = (await File.ReadAllLinesAsync(Path.Combine(root, "docs", "asvs.md"), cancellationToken)).Where(line => line.StartsWith("| V", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var mapped = lines.SelectMany(line => Ids(line[1]).Select(id => (id, How: line[3]))).ToLookup(pair => pair.id, pair => pair.How);
        var wanted = Required.SelectMany(section => Enumerable.Range(section.First, section.Last - section.First + 1).Select(number => $"{section.Section}.{number}")).ToList();
        foreach (var id in wanted)
        {
            run.Expect(mapped[id].Count() == 1, $"{id} has {mapped[id].Count()} lines");
        }

        run.Expect(mapped.All(one => wanted.Contains(one.Key)), "no such requirement: " + string.Join(", ", mapped.Select(one => one.Key).Except(wanted)));
        var tests = string.Join('\n', Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        foreach (var (id, how) in lines.Select(line => (line[1], line[3])))
        {
            run.Expect(await IsThereAsync(root, how, tests, cancellationToken), $"{id}: what it names is not there: {how}");
        }

        var applicable = wanted.SelectMany(id => mapped[id]).Where(how => !how.StartsWith("not here", StringComparison.Ordinal)).ToList();
        var byTest = applicable.Count(how => !how.StartsWith("open", StringComparison.Ordinal));
        run.Expect(byTest >= LeastByTest * applicable.Count, $"{byTest} of {applicable.Count} applicable requirements are held by a test");
        run.Fact($"{wanted.Count} requirements, {applicable.Count} applicable, {byTest} held by a test or a sentence that is looked for, {applicable.Count - byTest} open");
    }

    // "V6.2.1–V6.2.12" stands for all between.
    private static IEnumerable<string> Ids(string text)
    {
        var ends = text.Split('–');
        var (section, first) = (ends[0][..ends[0].LastIndexOf('.')], int.Parse(ends[0][(ends[0].LastIndexOf('.') + 1)..]));
        var last = ends.Length == 1 ? first : int.Parse(ends[1][(ends[1].LastIndexOf('.') + 1)..]);
        return Enumerable.Range(first, last - first + 1).Select(number => $"{section}.{number}");
    }

    private async Task<bool> IsThereAsync(string root, string how, string tests, CancellationToken cancellationToken)
    {
        if (how.StartsWith("not here: ", StringComparison.Ordinal) || how.StartsWith("open: ", StringComparison.Ordinal))
        {
            return true;
        }

        if (Sentence().Match(how) is { Success: true } sentence)
        {
            return File.Exists(Path.Combine(root, sentence.Groups["file"].Value)) && (await File.ReadAllTextAsync(Path.Combine(root, sentence.Groups["file"].Value), cancellationToken)).Contains(sentence.Groups["words"].Value, StringComparison.Ordinal);
        }

        return Named().Match(how) is { Success: true } named && named.Groups["name"].Value is var name
            && (checks().Contains(name) || (name.Split('.') is [var type, var method] && tests.Contains($"class {type}", StringComparison.Ordinal) && tests.Contains($" {method}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex("""^doc `(?<file>[^`]+)` "(?<words>[^"]+)"$""")]
    private static partial Regex Sentence();

    [GeneratedRegex("^`(?<name>[^`]+)`$")]
    private static partial Regex Named();
}
