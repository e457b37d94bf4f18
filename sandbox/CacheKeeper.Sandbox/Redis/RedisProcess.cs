using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>
/// redis-server as a child that cannot outlive us: a watcher beside it reads the pipe we hold open and ends the server when the pipe closes,
/// so even a killed sandbox leaves no server behind.
/// </summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    // exec keeps the shell's process id, so the watcher's $$ is the server. It looks at the name first: the id may be another's by then.
    private const string Watched = """
        exec 3<&0
        { cat <&3 > /dev/null; read -r name < "/proc/$$/comm" && [ "$name" = redis-server ] && kill -TERM $$; } > /dev/null 2>&1 &
        exec "$0" "$@" < /dev/null 3<&-
        """;

    private readonly Process process;

    private RedisProcess(Process process, string version)
    {
        this.process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>The executable on PATH or in the usual folders, or null.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/bin", "/usr/local/bin"])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);

    public static async Task<RedisProcess> StartAsync(string executable, string? folder, int port, CancellationToken cancellationToken)
    {
        var process = Process.Start(Describe(executable, folder, port)) ?? throw new InvalidOperationException("redis-server did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = new RedisProcess(process, "");
        try
        {
            return new RedisProcess(process, await started.FirstAnswerAsync(port, cancellationToken));
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Dies as in a power cut: nothing is written, nobody is told.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Closes the pipe, which ends the server in order; kills it by its handle when that takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            process.Kill();
        }
        finally
        {
            process.Dispose();
        }
    }

    private static ProcessStartInfo Describe(string executable, string? folder, int port)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder is null ? Path.GetTempPath() : Directory.CreateDirectory(folder).FullName,
        };
        string[] always = ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning"];
        string[] persistence = folder is null ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", "everysec", "--dir", "."];
        foreach (var argument in (string[])["-c", Watched, executable, .. always, .. persistence])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private async Task<string> FirstAnswerAsync(int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (!process.HasExited)
        {
            // Another server may have taken the port first: only the one with our child's id is ours.
            if (await RespProbe.InfoAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token) is { } info
                && RespProbe.Field(info, "process_id") == process.Id.ToString(CultureInfo.InvariantCulture))
            {
                return RespProbe.Field(info, "redis_version");
            }

            await Task.Delay(20, limit.Token);
        }

        throw new InvalidOperationException($"redis-server ended at once; is port {port} taken?");
    }
}
