using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CacheKeeper.Cli;

/// <summary>Starts the sandbox executable, tells where its tiers are, and ends it.</summary>
internal sealed class SandboxRunner : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _traffic = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SandboxRunner(Process process) => _process = process;

    public JsonObject Endpoints { get; private set; } = [];

    /// <summary>Ends when the sandbox has told what came of the traffic, or has ended itself.</summary>
    public Task Traffic => _traffic.Task;

    /// <summary>Starts it and waits until all tiers are ready and loaded.</summary>
    /// <exception cref="KeeperException">The executable is not there, or the sandbox could not start.</exception>
    public static async Task<SandboxRunner> StartAsync(IReadOnlyList<string> arguments, Action<string> say, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find()) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var runner = new SandboxRunner(Process.Start(start) ?? throw new KeeperException("The sandbox could not be started."));
        runner._process.ErrorDataReceived += (_, line) => runner.Hear(line.Data, say);
        runner._process.BeginErrorReadLine();
        var ready = await runner._process.StandardOutput.ReadLineAsync(cancellationToken);
        runner.Endpoints = ready is null ? throw new KeeperException("The sandbox ended before it was ready.", "What it said stands above.") : JsonNode.Parse(ready)!.AsObject();
        return runner;
    }

    /// <summary>Waits until the sandbox ends.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var end = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static string Find()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "cachekeeper-sandbox");
        var found = Environment.GetEnvironmentVariable("CACHEKEEPER_SANDBOX") is { Length: > 0 } named ? named : beside;
        return File.Exists(found) ? found : throw new KeeperException("The sandbox is not installed beside cachekeeper.", "Install it with ./install (without --no-sandbox), or use ./run from a checkout.");
    }

    private void Hear(string? line, Action<string> say)
    {
        if (line is null)
        {
            _traffic.TrySetResult();
            return;
        }

        say(line);
        if (line.Contains(" lookups, ", StringComparison.Ordinal))
        {
            _traffic.TrySetResult();
        }
    }
}
