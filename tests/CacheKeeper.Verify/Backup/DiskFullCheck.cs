using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CacheKeeper.Verify.Backup;

/// <summary>R8: the disk is full, files may not grow, the folder may not be written, at random offsets.</summary>
internal sealed class DiskFullCheck : ICheck
{
    private const string Small = "8m";

    public string Name => "diskfull";

    public string Goal => "disk full, file-size limit, folder read-only, at random offsets of a backup: no good backup damaged, a sentence and an exit code, the next run is whole";

    public (int Smoke, int Default, int Full) Tries => (3, 60, 300);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await BackupRig.StartAsync(cancellationToken);
        await using var spot = await rig.NewAsync(4000, 200, cancellationToken);
        var random = new Random(run.Seed);
        var disk = Path.Combine(rig.Folder, "disk");
        Directory.CreateDirectory(disk);
        var mounted = await ShellAsync($"mount -t tmpfs -o size={Small},mode=700 none '{disk}'", cancellationToken) is (0, _);
        try
        {
            var settings = spot.SettingsFile(new JsonObject { ["location"] = disk, ["keep"] = new JsonObject { ["last"] = 1, ["daily"] = 0, ["weekly"] = 0, ["monthly"] = 0 } });
            var (code, output) = await KeeperAsync("", settings, cancellationToken);
            run.Expect(code == 0, $"the first backup ended with {code}: {output}");
            var refused = 0;
            for (var number = 0; number < run.Tries; number++)
            {
                refused += await TryAsync(run, number, mounted ? number % 3 : 1, disk, settings, random, cancellationToken) ? 1 : 0;
            }

            run.Fact($"{refused} of {run.Tries} backups could not be written{(mounted ? "" : "; no small disk can be mounted here, so only file-size limits were tried")}");
        }
        finally
        {
            _ = mounted ? await ShellAsync($"umount '{disk}'", CancellationToken.None) : default;
        }
    }

    private static async Task<bool> TryAsync(CheckRun run, int number, int kind, string disk, string settings, Random random, CancellationToken cancellationToken)
    {
        var before = Points(disk);
        var ballast = Path.Combine(disk, "ballast");
        string[] kinds = ["full disk", "file-size limit", "read-only disk"];
        var limit = "";
        switch (kind)
        {
            case 0:
                // Leave room for a random part of what the backup needs.
                var free = new DriveInfo(disk).AvailableFreeSpace;
                await File.WriteAllBytesAsync(ballast, new byte[Math.Max(0, free - random.Next(4096, 400_000))], cancellationToken);
                break;
            case 1:
                // In blocks of 1 KB; the keeper's own state must be able to live.
                limit = $"ulimit -f {random.Next(300, 420)}; ";
                break;
            default:
                await ShellAsync($"mount -o remount,ro '{disk}'", cancellationToken);
                break;
        }

        var (code, output) = await KeeperAsync(limit, settings, cancellationToken);
        if (kind == 2)
        {
            await ShellAsync($"mount -o remount,rw '{disk}'", cancellationToken);
        }

        File.Delete(ballast);
        run.Expect(code is 0 or 1 or 3 || kind == 1, $"try {number}, {kinds[kind]}: ended with {code}: {output}");
        run.Expect(code == 0 || output.Length > 0, $"try {number}, {kinds[kind]}: failed without a word");
        foreach (var (file, length) in before)
        {
            run.Expect(new FileInfo(file) is { Exists: true } there && there.Length == length, $"try {number}, {kinds[kind]}: {Path.GetFileName(file)} was touched");
        }

        // A full disk may have stopped the run at its very end; the next one, with room, is whole and finds the older ones whole.
        var (again, said) = await KeeperAsync("", settings, cancellationToken);
        run.Expect(again == 0, $"try {number}, {kinds[kind]}: the next backup ended with {again}: {said}");
        var (verified, told) = await VerifyAsync(settings, cancellationToken);
        run.Expect(verified == 0 || told.Contains("very end", StringComparison.Ordinal), $"try {number}, {kinds[kind]}: verify ended with {verified}: {told}");
        var (pruned, why) = await CommandAsync("", $"backup prune --config '{settings}'", cancellationToken);
        run.Expect(pruned == 0, $"try {number}, {kinds[kind]}: prune ended with {pruned}: {why}");

        return code != 0;
    }

    private static Dictionary<string, long> Points(string disk) => Directory.GetFiles(disk, "*.point", SearchOption.AllDirectories).ToDictionary(file => file, file => new FileInfo(file).Length);

    private static Task<(int Code, string Output)> KeeperAsync(string before, string settings, CancellationToken cancellationToken) =>
        CommandAsync(before, $"backup create --whole --config '{settings}'", cancellationToken);

    private static Task<(int Code, string Output)> VerifyAsync(string settings, CancellationToken cancellationToken) =>
        CommandAsync("", $"backup verify latest --config '{settings}'", cancellationToken);

    private static Task<(int Code, string Output)> CommandAsync(string before, string command, CancellationToken cancellationToken) =>
        ShellAsync($"{before}exec dotnet '{Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll")}' {command}", cancellationToken);

    private static async Task<(int Code, string Output)> ShellAsync(string line, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
