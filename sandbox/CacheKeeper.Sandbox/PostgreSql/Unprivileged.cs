using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>PostgreSQL refuses to run as root; as root it is started under another account, which must be able to reach its folder.</summary>
internal static class Unprivileged
{
    private static readonly string[] Accounts = ["postgres", "nobody"];

    /// <summary>The account to run as, or null when we are not root and run as ourselves.</summary>
    public static string? Account()
    {
        if (Environment.UserName != "root")
        {
            return null;
        }

        var known = File.ReadAllLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet();
        return Accounts.FirstOrDefault(known.Contains) ?? throw new SandboxException("PostgreSQL does not run as root, and there is no account 'nobody' to run it as.");
    }

    /// <summary>
    /// The folder itself when others can walk to it, else one in the temporary folder that belongs to this folder by its name (root's home
    /// is closed to everyone else).
    /// </summary>
    public static string Reachable(string folder)
    {
        var full = Path.GetFullPath(folder);
        return IsOpen(Path.GetDirectoryName(full)) ? full : Path.Combine(Path.GetTempPath(), "cachekeeper-sandbox-" + Mark(full));
    }

    /// <summary>Deletes what stands in the temporary folder for this one, if anything does: it would outlive the folder unseen.</summary>
    public static void Forget(string folder)
    {
        if (Reachable(folder) is var apart && apart != Path.GetFullPath(folder) && Directory.Exists(apart))
        {
            Directory.Delete(apart, recursive: true);
        }
    }

    /// <summary>Makes the folder, for the account alone.</summary>
    public static async Task GiveAsync(string folder, string? account, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (account is not null)
        {
            await ChildProcess.RunAsync("chown", [account, folder], null, cancellationToken);
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool IsOpen(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static string Mark(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
}
