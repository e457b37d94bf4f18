using System.Security.Cryptography;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>A cluster's files.</summary>
/// <param name="Data">PostgreSQL's own data folder.</param>
/// <param name="Password">Of the cluster's superuser.</param>
internal sealed record PostgreSqlCluster(string Data, string Password)
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Finds the cluster in a folder, or makes it; a server left over from a killed sandbox is stopped first.</summary>
    public static async Task<PostgreSqlCluster> PrepareAsync(string folder, string binaries, string? account, CancellationToken cancellationToken)
    {
        await Unprivileged.GiveAsync(folder, account, cancellationToken);
        var data = Path.Combine(folder, "data");
        var secret = Path.Combine(folder, "password");
        if (File.Exists(Path.Combine(data, "PG_VERSION")) && File.Exists(secret))
        {
            await StopLeftOverAsync(data, binaries, account, cancellationToken);
            return new PostgreSqlCluster(data, (await File.ReadAllTextAsync(secret, cancellationToken)).Trim());
        }

        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        await File.WriteAllTextAsync(secret, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "\n", cancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (account is not null)
        {
            await ChildProcess.RunAsync("chown", [account, secret], null, cancellationToken);
        }

        string[] how =
        [
            "-D", data, "-U", PostgreSqlServer.Superuser, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        ];
        await ChildProcess.RunAsync(Path.Combine(binaries, "initdb"), how, account, cancellationToken);
        return new PostgreSqlCluster(data, (await File.ReadAllTextAsync(secret, cancellationToken)).Trim());
    }

    // A killed server's children may live a moment longer, and the next start refuses while they do.
    private static async Task StopLeftOverAsync(string data, string binaries, string? account, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(data, "postmaster.pid");
        var lines = File.Exists(pidFile) ? await File.ReadAllLinesAsync(pidFile, cancellationToken) : [];
        if (!int.TryParse(lines.FirstOrDefault(), out var pid) || !IsOurs(pid, data))
        {
            return;
        }

        var seconds = ((int)StopLimit.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await ChildProcess.RunAsync(
            Path.Combine(binaries, "pg_ctl"), ["stop", "-D", data, "-m", "fast", "-w", "-t", seconds], account, cancellationToken);
    }

    private static bool IsOurs(int pid, string data)
    {
        var commandLine = $"/proc/{pid}/cmdline";
        return File.Exists(commandLine) && File.ReadAllText(commandLine).Split('\0').Contains(data);
    }
}
