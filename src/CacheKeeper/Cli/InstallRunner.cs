using System.Diagnostics;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>Talks to systemd and to cron.</summary>
internal static class InstallRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    public static bool IsUser => !Environment.IsPrivilegedProcess;

    public static string UnitFile => IsUser
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "systemd", "user", SystemdUnit.Name)
        : Path.Combine("/etc/systemd/system", SystemdUnit.Name);

    /// <summary>Words as a shell, cron and systemd all read them: quoted only where needed.</summary>
    public static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(one => char.IsAsciiLetterOrDigit(one) || "/._-=:@,+".Contains(one)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    public static async Task<string> InstallUnitAsync(string unit, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(UnitFile)!);
        await File.WriteAllTextAsync(UnitFile, unit, cancellationToken);
        await SystemctlAsync(["daemon-reload"], cancellationToken);
        await SystemctlAsync(["enable", "--now", SystemdUnit.Name], cancellationToken);
        return $"{UnitFile} is written, enabled and started.";
    }

    public static async Task<string> RemoveUnitAsync(CancellationToken cancellationToken)
    {
        await SystemctlAsync(["disable", "--now", SystemdUnit.Name], cancellationToken);
        File.Delete(UnitFile);
        await SystemctlAsync(["daemon-reload"], cancellationToken);
        return $"{UnitFile} is stopped and removed.";
    }

    /// <summary>The user's crontab; empty when there is none.</summary>
    public static async Task<string> ReadCrontabAsync(CancellationToken cancellationToken)
    {
        var (exit, output, error) = await RunAsync("crontab", ["-l"], null, cancellationToken);
        return exit == 0 ? output : error.Contains("no crontab", StringComparison.OrdinalIgnoreCase) ? "" : throw new KeeperException($"The crontab could not be read: {error.Trim()}");
    }

    public static async Task WriteCrontabAsync(string crontab, CancellationToken cancellationToken)
    {
        var (exit, _, error) = await RunAsync("crontab", ["-"], crontab, cancellationToken);
        if (exit != 0)
        {
            throw new KeeperException($"The crontab could not be written: {error.Trim()}", "It stands as it stood.");
        }
    }

    private static async Task SystemctlAsync(string[] words, CancellationToken cancellationToken)
    {
        var (exit, _, error) = await RunAsync("systemctl", IsUser ? ["--user", .. words] : words, null, cancellationToken);
        if (exit != 0)
        {
            throw new KeeperException($"systemctl {string.Join(' ', words)}: {error.Trim()}");
        }
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string program, string[] words, string? input, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), limit.Token);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output, await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new KeeperException($"There is no {program} on this machine.", "'cachekeeper scheduler start' runs the daemon without it; --print shows what would be installed.");
        }
    }
}
