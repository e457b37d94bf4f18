using System.Diagnostics;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>Runs a short-lived program to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>What the program wrote; throws with what it complained about when its exit code is not 0.</summary>
    /// <param name="program">A path, or a name on PATH.</param>
    /// <param name="arguments">One by one, never through a shell.</param>
    /// <param name="user">The account to run as; null for our own.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? user, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (user is not null)
        {
            start.UserName = user;
        }

        using var process = Process.Start(start) ?? throw new SandboxException($"{program} did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var complaint = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new SandboxException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {(await complaint).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
