using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CacheKeeper.Verify.Security;

/// <summary>Where the program comes from: few packages, each with a reason, locked, audited, listed; and a build that gives the same bytes again.</summary>
internal sealed partial class SupplyCheck : ICheck
{
    private const int MostPackages = 25;

    // What decides the bytes: sources, settings of the build, versions.
    private static readonly string[] Parts = ["src", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json"];

    public string Name => "supply";

    public string Goal => $"at most {MostPackages} direct packages, each with its reason; a locked restore with the audit at low as error; a list of parts for the build; two builds from two folders byte-identical (not in smoke)";

    public (int Smoke, int Default, int Full) Tries => (1, 1, 1);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var root = Root();
        var direct = await PackagesAsync(run, root, cancellationToken);
        await LocksAsync(run, root, direct, cancellationToken);
        await PartsAsync(run, cancellationToken);
        if (run.Smoke)
        {
            return;
        }

        var restored = await DotnetAsync(root, "restore src/CacheKeeper --locked-mode --force -p:NuGetAudit=true", cancellationToken);
        run.Expect(restored.Code == 0, "a locked, audited restore fails: " + restored.Said);
        await TwiceAsync(run, root, cancellationToken);
    }

    /// <summary>The folder of the repository that this runs from.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CacheKeeper.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The check runs from within the repository.");
    }

    private static async Task<IReadOnlyList<string>> PackagesAsync(CheckRun run, string root, CancellationToken cancellationToken)
    {
        var direct = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)).Distinct().Order(StringComparer.Ordinal).ToList();
        run.Expect(direct.Count <= MostPackages, $"{direct.Count} direct packages at run time");
        var reasons = await File.ReadAllTextAsync(Path.Combine(root, "docs", "decisions.md"), cancellationToken);
        foreach (var package in direct)
        {
            run.Expect(reasons.Contains(package, StringComparison.Ordinal) || reasons.Contains(package.Split('.')[0] + ".*", StringComparison.Ordinal), $"{package} has no reason in docs/decisions.md");
        }

        var versions = XDocument.Load(Path.Combine(root, "Directory.Packages.props")).Descendants("PackageVersion").Select(version => (Name: version.Attribute("Include")!.Value, Version: version.Attribute("Version")!.Value)).ToList();
        run.Expect(versions.All(one => Exact().IsMatch(one.Version)), "not exact: " + string.Join(", ", versions.Where(one => !Exact().IsMatch(one.Version))));
        run.Fact($"{direct.Count} direct packages at run time");
        return direct;
    }

    // Each package stands in the lock file with its hash; where the feed signs, the package on disk carries the signature.
    private static async Task LocksAsync(CheckRun run, string root, IReadOnlyList<string> direct, CancellationToken cancellationToken)
    {
        var locked = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(root, "src", "CacheKeeper", "packages.lock.json"), cancellationToken))!["dependencies"]!.AsObject()
            .SelectMany(framework => framework.Value!.AsObject()).Where(package => package.Value!["type"]!.ToString() != "Project").ToList();
        run.Expect(locked.All(package => package.Value!["contentHash"] is not null), "a locked package has no hash");
        run.Expect(direct.All(name => locked.Any(package => package.Key.Equals(name, StringComparison.OrdinalIgnoreCase))), "a direct package is not locked");
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var files = locked.Select(package => (Name: package.Key.ToLowerInvariant(), Version: package.Value!["resolved"]!.ToString().ToLowerInvariant()))
            .Select(package => Path.Combine(folder, package.Name, package.Version, $"{package.Name}.{package.Version}.nupkg")).Where(File.Exists).ToList();
        var signed = files.Count(IsSigned);
        run.Fact($"{locked.Count} packages locked with their hash; {signed} of {files.Count} on this machine carry a signature");
    }

    private static bool IsSigned(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return archive.GetEntry(".signature.p7s") is not null;
    }

    private static async Task PartsAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var (code, said) = await StartAsync(Path.Combine(AppContext.BaseDirectory, "cachekeeper"), AppContext.BaseDirectory, ["version", "--sbom"], cancellationToken);
        var components = code == 0 ? JsonNode.Parse(said)!["components"]!.AsArray() : [];
        run.Expect(components.Count > 0, "the build gives no list of its parts: " + said);
        run.Expect(components.All(component => component!["purl"] is not null && component["hashes"] is not null), "a part has no address or no hash");
        run.Fact($"{components.Count} parts in the list of the build");
    }

    private static async Task TwiceAsync(CheckRun run, string root, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-supply-").FullName;
        try
        {
            var digests = new List<IReadOnlyDictionary<string, string>>();
            foreach (var place in (string[])["one", "two/deeper"])
            {
                var target = Path.Combine(folder, place);
                foreach (var part in Parts)
                {
                    Copy(Path.Combine(root, part), Path.Combine(target, part));
                }

                var (code, said) = await DotnetAsync(target, "build src/CacheKeeper -c Release -v q -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true -p:UseSharedCompilation=false", cancellationToken);
                run.Expect(code == 0, "the copy does not build: " + said);
                digests.Add(Digests(Path.Combine(target, "artifacts", "bin")));
            }

            var differing = digests[0].Where(one => digests[1].GetValueOrDefault(one.Key) != one.Value).Select(one => one.Key).ToList();
            run.Expect(differing.Count == 0, "differ between two builds: " + string.Join(", ", differing));
            run.Fact($"{digests[0].Count} files of two builds from two folders compared by SHA-256");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, string> Digests(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    private static void Copy(string source, string target)
    {
        if (File.Exists(source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)));
        }
    }

    private static Task<(int Code, string Said)> DotnetAsync(string folder, string arguments, CancellationToken cancellationToken) => StartAsync("dotnet", folder, arguments.Split(' '), cancellationToken);

    private static async Task<(int Code, string Said)> StartAsync(string program, string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, (await output + await error).Trim());
    }

    [GeneratedRegex(@"^\d+(\.\d+)+(-[\w.]+)?$")]
    private static partial Regex Exact();
}
