using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>How the cluster is to be.</summary>
/// <param name="Folder">Where it stands; it is made at the first start and found again at the next.</param>
/// <param name="Port">0 picks a free one.</param>
/// <param name="SafeWrites">False turns fsync off: faster, and nothing is safe when the machine itself fails.</param>
internal sealed record PostgreSqlSettings(string Folder, int Port = 0, bool SafeWrites = true);

/// <summary>
/// A PostgreSQL cluster of our own on loopback. It is a child that cannot outlive us: a watcher beside it reads the pipe we hold open and
/// ends the server when the pipe closes; one that was left over all the same is stopped, by its own pid file, before the next start.
/// </summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>The account that made the cluster; only the sandbox itself uses it.</summary>
    public const string Superuser = "sandbox";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    // exec keeps the shell's process id, so the watcher's $$ is the server. It looks at the name first: the id may be another's by then.
    private const string Watched = """
        exec 3<&0
        { cat <&3 > /dev/null; read -r name < "/proc/$$/comm" && [ "$name" = postgres ] && kill -INT $$; } > /dev/null 2>&1 &
        exec "$0" "$@" < /dev/null 3<&-
        """;

    private readonly Process process;
    private readonly string password;

    private PostgreSqlServer(Process process, int port, string password, string version)
    {
        this.process = process;
        this.password = password;
        Port = port;
        Version = version;
    }

    public int Port { get; }

    /// <summary>Such as <c>15.18</c>.</summary>
    public string Version { get; }

    /// <summary>Starts the cluster, making it first when it is new; it answers queries when this returns.</summary>
    public static async Task<PostgreSqlServer> StartAsync(PostgreSqlSettings settings, CancellationToken cancellationToken)
    {
        var account = Unprivileged.Account();
        var binaries = await PostgreSqlBinaries.FindOrFetchAsync(Path.Combine(Path.GetTempPath(), "cachekeeper-postgresql"), cancellationToken);
        var cluster = await PostgreSqlCluster.PrepareAsync(settings.Folder, binaries, account, cancellationToken);
        var port = SandboxPorts.Take(settings.Port);
        var process = Process.Start(Describe(binaries, cluster.Data, port, settings.SafeWrites, account)) ?? throw new SandboxException("postgres did not start.");
        var complaint = Listen(process);
        var server = new PostgreSqlServer(process, port, cluster.Password, await PostgreSqlBinaries.VersionAsync(binaries, cancellationToken));
        try
        {
            await server.FirstAnswerAsync(complaint, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connection text as the cluster's own superuser, without pooling: for making databases and roles.</summary>
    public string AdminConnection(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Password = password,
        Database = database,
        Pooling = false,
        Timeout = 5,
    }.ConnectionString;

    /// <summary>Stops at once, as <c>pg_ctl stop -m immediate</c> would: sessions die, nothing is flushed, the next start recovers.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
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
            process.Kill(entireProcessTree: true);
        }
        finally
        {
            process.Dispose();
        }
    }

    private static ProcessStartInfo Describe(string binaries, string data, int port, bool safeWrites, string? account)
    {
        var write = safeWrites ? "on" : "off";
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", Watched, Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", "",
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=128MB",
            "-c", $"fsync={write}", "-c", $"synchronous_commit={write}", "-c", $"full_page_writes={write}",
            "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "shared_preload_libraries=pg_stat_statements",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (account is not null)
        {
            start.UserName = account;
        }

        return start;
    }

    // The server's log must be read or the pipe fills; its last lines explain a start that fails.
    private static Queue<string> Listen(Process process)
    {
        var last = new Queue<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (last)
            {
                last.Enqueue(line.Data ?? "");
                if (last.Count > 20)
                {
                    last.Dequeue();
                }
            }
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return last;
    }

    private async Task FirstAnswerAsync(Queue<string> complaint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (!process.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection(AdminConnection());
                await connection.OpenAsync(limit.Token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(30, limit.Token);
            }
        }

        await process.WaitForExitAsync(limit.Token);
        lock (complaint)
        {
            throw new SandboxException("PostgreSQL did not start: " + string.Join(" ", complaint.Where(line => line.Length > 0)));
        }
    }
}
