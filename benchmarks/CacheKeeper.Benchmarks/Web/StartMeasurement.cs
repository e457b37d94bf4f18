using System.Diagnostics;
using CacheKeeper.Benchmarks.Sweeps;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>From the start of the process to the first good answer, and to the end of a command that does no work.</summary>
internal sealed class StartMeasurement : IMeasurement
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public string Name => "start";

    public string Summary => "P20: the daemon's start to /readyz beside bare Kestrel's; 'scheduler status' and 'version' beside a console that prints one line";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-start-").FullName;
        try
        {
            var keeper = await InstalledKeeper.BuildAsync(folder, cancellationToken);
            var (kestrel, console) = await BarePrograms.BuildAsync(folder, cancellationToken);
            var config = Path.Combine(folder, "cachekeeper.json");
            await File.WriteAllTextAsync(config, $$"""{ "project": "start", "state": { "directory": "{{folder}}/state" } }""", cancellationToken);
            var variables = new Dictionary<string, string> { ["HOME"] = folder };
            var (mine, theirs) = await Duel.FightAsync(() => ReadyAsync(keeper, ["run", "--config", config, "--urls"], variables, cancellationToken), () => ReadyAsync(kestrel, ["--urls"], null, cancellationToken));
            figures.AddRatio("P20 start to ready", mine, theirs, must: 2.0, lowerIsBetter: true, note: "seconds");
            foreach (var words in (string[][])[["scheduler", "status", "--config", config], ["version"]])
            {
                var (command, bare) = await Duel.FightAsync(() => RunAsync(keeper, words, variables, cancellationToken), () => RunAsync(console, [], null, cancellationToken));
                figures.AddRatio($"P20 {string.Join(' ', words.Take(2))}", command, bare, must: 1.5, lowerIsBetter: true, note: "seconds");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> ReadyAsync(string program, string[] words, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken)
    {
        var address = $"http://127.0.0.1:{ChildProgram.FreePort()}";
        var begun = Stopwatch.StartNew();
        using var child = ChildProgram.Start(program, [.. words, address], variables);
        return await child.AnswersAsync(new Uri(address + "/readyz"), Limit, cancellationToken) ? begun.Elapsed.TotalSeconds : throw new InvalidOperationException($"{program} did not become ready.");
    }

    private static async Task<double> RunAsync(string program, string[] words, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.StartNew();
        using var child = ChildProgram.Start(program, words, variables);
        await child.EndsAsync(cancellationToken);
        return begun.Elapsed.TotalSeconds;
    }
}
