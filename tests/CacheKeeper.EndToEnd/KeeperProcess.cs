using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CacheKeeper.EndToEnd;

/// <summary>What one call of the real executable did.</summary>
internal sealed record Spoken(int ExitCode, string Output, string Remarks)
{
    /// <summary>Standard output as the one JSON document it must be.</summary>
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("standard output is no JSON: " + Output);
}

/// <summary>Calls the real executable as a person or a script would.</summary>
internal static class KeeperProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs <c>cachekeeper</c> with these words in a folder of its own, without the caller's own settings.</summary>
    public static async Task<Spoken> RunAsync(string folder, IEnumerable<string> words, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll"));
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var name in new[] { "PROJECT_NAME", "DATABASE_URL", "REDIS_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", "UPSTASH_URL", "UPSTASH_TOKEN", "MEM0_API_KEY", "MEM0_HOST" })
        {
            start.Environment.Remove(name);
        }

        start.Environment["XDG_STATE_HOME"] = Path.Combine(folder, "state-home");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(folder, "config-home");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var remarks = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Spoken(process.ExitCode, await output, await remarks);
    }
}
