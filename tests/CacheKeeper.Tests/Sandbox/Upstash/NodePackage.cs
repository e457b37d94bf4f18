using System.ComponentModel;
using System.Diagnostics;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>A script of <c>tests/official-clients</c> with its locked packages, installed once under <c>artifacts</c>.</summary>
internal static class NodePackage
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Installing = new(1);
    private static readonly string[] NoNetwork = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "ENETUNREACH"];

    /// <summary>The folder to run in; skips the running test where npm or its registry is out of reach.</summary>
    public static async Task<string> InstallAsync(string name, string script)
    {
        var source = Path.Combine(Repository.Root, "tests", "official-clients", name);
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "official-clients", name)).FullName;
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            File.Copy(Path.Combine(source, script), Path.Combine(folder, script), overwrite: true);
            await InstallPackagesAsync(source, folder);
        }
        finally
        {
            Installing.Release();
        }

        return folder;
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(ProcessStartInfo start, TimeSpan within)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // The installed copy of the lock file says what stands there: unchanged means nothing to do.
    private static async Task InstallPackagesAsync(string source, string folder)
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"), TestContext.Current.CancellationToken);
        var marker = Path.Combine(folder, "installed.json");
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker, TestContext.Current.CancellationToken) == wanted)
        {
            return;
        }

        File.Copy(Path.Combine(source, "package.json"), Path.Combine(folder, "package.json"), overwrite: true);
        File.Copy(Path.Combine(source, "package-lock.json"), Path.Combine(folder, "package-lock.json"), overwrite: true);
        if (Path.Combine(source, ".npmrc") is var settings && File.Exists(settings))
        {
            File.Copy(settings, Path.Combine(folder, ".npmrc"), overwrite: true);
        }

        var (code, output, error) = await NpmAsync(folder);
        Assert.SkipWhen(code != 0 && NoNetwork.Any((output + error).Contains), "The npm registry is out of reach.");
        Assert.True(code == 0, output + error);
        await File.WriteAllTextAsync(marker, wanted, TestContext.Current.CancellationToken);
    }

    private static async Task<(int Code, string Output, string Error)> NpmAsync(string folder)
    {
        try
        {
            return await RunAsync(
                new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = folder },
                InstallLimit);
        }
        catch (Win32Exception)
        {
            Assert.Skip("npm is not installed on this machine.");
            throw;
        }
    }
}
