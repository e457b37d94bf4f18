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

    /// <summary>Runs <c>cachekeeper</c> with these words in a folder of its own, which is its home too, and with no variable of the caller's.</summary>
    /// <exception cref="TimeoutException">It had not ended after two minutes, and was killed.</exception>
    public static async Task<Spoken> RunAsync(string folder, IEnumerable<string> words, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe(folder, words, environment))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var remarks = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Spoken(process.ExitCode, await output, await remarks);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"cachekeeper {string.Join(' ', words)} had not ended after {Patience}.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo Describe(string folder, IEnumerable<string> words, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll"), .. words])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "DOTNET_ROOT")).ToList())
        {
            start.Environment.Remove(name);
        }

        (start.Environment["HOME"], start.Environment["XDG_STATE_HOME"]) = (folder, Path.Combine(folder, "state-home"));
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
