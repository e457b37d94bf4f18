using System.Diagnostics;
using System.Globalization;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>A reader of the cache in a process of its own: it feels the server and the machine, not our garbage collector.</summary>
internal sealed class ReaderProcess : IDisposable
{
    private readonly Process _process;

    private ReaderProcess(Process process) => _process = process;

    /// <summary>Starts the reader of that name, tells it whom to read (a line each), and waits until it has warmed up.</summary>
    public static async Task<ReaderProcess> StartAsync(string word, IReadOnlyList<string> told, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ReaderProcess).Assembly.Location, word]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var reader = new ReaderProcess(Process.Start(start)!);
        foreach (var line in told)
        {
            await reader._process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        }

        await reader.HearAsync(cancellationToken);
        return reader;
    }

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("begin".AsMemory(), cancellationToken);
        await HearAsync(cancellationToken);
    }

    /// <summary>What its reads waited since it began, in milliseconds.</summary>
    public async Task<(double P99, double Max)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("end".AsMemory(), cancellationToken);
        var waits = (await HearAsync(cancellationToken)).Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        await _process.WaitForExitAsync(cancellationToken);
        return (waits[0], waits[1]);
    }

    /// <summary>The reader's side of it: <paramref name="read"/> reads until it is told to stop and gives its waits in milliseconds.</summary>
    public static async Task ServeAsync(Action warmUp, Func<Func<bool>, IReadOnlyList<double>> read)
    {
        warmUp();
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        Console.WriteLine("begun");
        var ending = Task.Run(Console.In.ReadLineAsync);
        var sorted = read(() => ending.IsCompleted).Order().ToArray();
        Console.WriteLine(sorted.Length == 0 ? "0 0" : string.Create(CultureInfo.InvariantCulture, $"{sorted[(int)((sorted.Length - 1) * 0.99)]} {sorted[^1]}"));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> HearAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the reader's process ended before its time");
}
