using System.Diagnostics;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>The keeper as <c>./install</c> publishes it: what people run, compiled ahead.</summary>
internal static class InstalledKeeper
{
    /// <returns>The executable; without the runtime's own pack the plain build stands in.</returns>
    public static async Task<string> BuildAsync(string folder, CancellationToken cancellationToken)
    {
        var root = AppContext.BaseDirectory.Split("/artifacts/")[0];
        var target = Path.Combine(folder, "published");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(root, "src", "CacheKeeper"), "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false", "-v", "q", "-o", target]) { RedirectStandardOutput = true })!;
        await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return Path.Combine(publish.ExitCode == 0 ? target : AppContext.BaseDirectory, "cachekeeper");
    }
}
