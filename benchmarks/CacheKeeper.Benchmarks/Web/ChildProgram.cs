using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>A program started for a measurement: when it answers, what memory and processor time it takes, and its end.</summary>
internal sealed class ChildProgram : IDisposable
{
    private const double TicksPerSecond = 100;
    private readonly Process _process;

    private ChildProgram(Process process) => _process = process;

    public bool HasEnded => _process.HasExited;

    public static ChildProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProgram(process);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until the address answers well.</summary>
    public async Task<bool> AnswersAsync(Uri address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < limit && !_process.HasExited)
        {
            try
            {
                if ((await http.GetAsync(address, cancellationToken)).IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(5, cancellationToken);
        }

        return false;
    }

    public Task EndsAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Proportional share of the memory, in MB.</summary>
    public double MemoryMb() => File.ReadLines($"/proc/{_process.Id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] is var text
        ? double.Parse(text, CultureInfo.InvariantCulture) / 1024 : 0;

    /// <summary>Seconds of processor time so far.</summary>
    public double ProcessorSeconds()
    {
        var text = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
