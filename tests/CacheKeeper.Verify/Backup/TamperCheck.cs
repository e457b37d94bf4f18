using System.Text;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Backup;

/// <summary>R14 and the fuzz of backup files: nothing that was changed passes for what was written.</summary>
internal sealed class TamperCheck : ICheck
{
    public string Name => "tamper";

    public string Goal => "one bit flipped anywhere, chunks swapped, files cut, a wrong key, an older manifest put back, mutated files: each detected, none crashes; no plaintext in the files";

    public (int Smoke, int Default, int Full) Tries => (60, 1000, 10_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await BackupRig.StartAsync(cancellationToken);
        await using var spot = await rig.NewAsync(400, 100, cancellationToken);
        var random = new Random(run.Seed);
        var older = await spot.BackUpAsync(cancellationToken);
        await spot.SqlAsync("UPDATE cache_entries SET access_count = access_count + 1 WHERE id % 9 = 0", cancellationToken);
        var newer = await spot.BackUpAsync(cancellationToken);
        run.Expect(older.Outcome == RunOutcome.Done && newer.Outcome == RunOutcome.Done, "the backups: " + newer.Reason);
        await using var reader = await TamperReader.OpenAsync(spot, cancellationToken);
        run.Expect(await reader.ProblemAsync(cancellationToken) is null, "untouched files are said to be damaged");

        NoPlaintext(spot, run);
        await FlipAsync(spot, reader, run, random, cancellationToken);
        await SwapAsync(spot, reader, run, random, cancellationToken);
        await MutateAsync(spot, reader, run, random, cancellationToken);
        await RollBackAsync(spot, reader, run, older.Actual!["point"]!.ToString(), newer.Actual!["point"]!.ToString(), cancellationToken);
        await WrongKeyAsync(spot, run, cancellationToken);
        run.Expect(await reader.ProblemAsync(cancellationToken) is null, "the check did not put everything back");
    }

    private static void NoPlaintext(BackupSpot spot, CheckRun run)
    {
        foreach (var file in Directory.GetFiles(spot.Location, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var secret in (string[])[BackupSpot.Vpa, BackupSpot.Utr, "refund", spot.Project + "-"])
            {
                run.Expect(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"'{secret}' stands in {Path.GetFileName(file)}");
            }
        }
    }

    private static async Task FlipAsync(BackupSpot spot, TamperReader reader, CheckRun run, Random random, CancellationToken cancellationToken)
    {
        var files = Directory.GetFiles(spot.Location, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/keys/", StringComparison.Ordinal)).ToList();
        var lengths = files.Select(file => new FileInfo(file).Length).ToList();
        for (var number = 0; number < run.Tries; number++)
        {
            var at = random.NextInt64(lengths.Sum() * 8);
            var (file, bit) = (0, at);
            for (; bit >= lengths[file] * 8; bit -= lengths[file++] * 8)
            {
            }

            // Every tenth flip in a header, footer or manifest, however small they are beside the chunks.
            bit = number % 10 == 0 ? random.Next(2) == 0 ? random.Next(40 * 8) : (lengths[file] * 8) - 1 - random.Next(16 * 8) : bit;
            await With(files[file], bytes => bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8)), async () =>
                run.Expect(await reader.ProblemAsync(cancellationToken) is not null, $"flip {number}: bit {bit} of {Path.GetFileName(files[file])} went unnoticed"));
        }

        run.Fact($"{run.Tries} flips over {lengths.Sum():N0} bytes in {files.Count} files");
    }

    // Frames of a pack exchanged, and whole packs exchanged.
    private static async Task SwapAsync(BackupSpot spot, TamperReader reader, CheckRun run, Random random, CancellationToken cancellationToken)
    {
        var packs = Directory.GetFiles(Path.Combine(spot.Location, "packs")).Order().ToList();
        for (var number = 0; number < Math.Max(5, run.Tries / 20); number++)
        {
            var pack = packs[number % packs.Count];
            var length = (int)new FileInfo(pack).Length;
            var (from, to, count) = (random.Next(40, length / 2), random.Next(length / 2, length - 60), random.Next(17, 60));
            await With(pack, bytes =>
            {
                var kept = bytes.AsSpan(from, Math.Min(count, length - to)).ToArray();
                bytes.AsSpan(to, kept.Length).CopyTo(bytes.AsSpan(from));
                kept.CopyTo(bytes.AsSpan(to));
            }, async () => run.Expect(await reader.ProblemAsync(cancellationToken) is not null, $"swap {number} in {Path.GetFileName(pack)} went unnoticed"));
        }

        var (one, two) = (await File.ReadAllBytesAsync(packs[0], cancellationToken), await File.ReadAllBytesAsync(packs[1], cancellationToken));
        await File.WriteAllBytesAsync(packs[0], two, cancellationToken);
        await File.WriteAllBytesAsync(packs[1], one, cancellationToken);
        run.Expect(await reader.ProblemAsync(cancellationToken) is not null, "two packs exchanged went unnoticed");
        await File.WriteAllBytesAsync(packs[0], one, cancellationToken);
        await File.WriteAllBytesAsync(packs[1], two, cancellationToken);
    }

    // A hundred mutations for each try: cut, grown, stuffed, zeroed. None may be accepted, none may end in anything but a sentence.
    private static async Task MutateAsync(BackupSpot spot, TamperReader reader, CheckRun run, Random random, CancellationToken cancellationToken)
    {
        var points = Directory.GetFiles(Path.Combine(spot.Location, "points")).ToList();
        var packs = Directory.GetFiles(Path.Combine(spot.Location, "packs")).ToList();
        var mutations = run.Tries * 100;
        for (var number = 0; number < mutations; number++)
        {
            var isPack = number % 4 == 0;
            var file = isPack ? packs[random.Next(packs.Count)] : points[random.Next(points.Count)];
            var original = reader.Original(file);
            var mutated = Mutate(original, random);
            if (mutated.AsSpan().SequenceEqual(original))
            {
                continue;
            }

            try
            {
                run.Expect(!await reader.AcceptsAsync(file, mutated, cancellationToken), $"mutation {number} of {Path.GetFileName(file)} was accepted");
            }
            catch (Exception e) when (e is not KeeperException)
            {
                run.Offend($"mutation {number} of {Path.GetFileName(file)}: {e.GetType().Name} {e.Message}");
            }
        }

        run.Fact($"{mutations:N0} mutated files");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var (at, count) = (random.Next(original.Length), random.Next(1, 64));
        var rest = Math.Min(original.Length, at + count);
        switch (random.Next(6))
        {
            case 0:
                return original[..at];
            case 1:
                return [.. original[..at], .. original[rest..]];
            case 2:
                var added = new byte[count];
                random.NextBytes(added);
                return [.. original[..at], .. added, .. original[at..]];
            case 3:
                var zeroed = (byte[])original.Clone();
                zeroed.AsSpan(at, rest - at).Clear();
                return zeroed;
            case 4:
                var noise = (byte[])original.Clone();
                random.NextBytes(noise.AsSpan(at, rest - at));
                return noise;
            default:
                return [.. original, .. original[at..rest]];
        }
    }

    private static async Task RollBackAsync(BackupSpot spot, TamperReader reader, CheckRun run, string older, string newer, CancellationToken cancellationToken)
    {
        string NameOf(string point) => Path.Combine(spot.Location, "points", point + ".point");
        var newest = await File.ReadAllBytesAsync(NameOf(newer), cancellationToken);
        File.Copy(NameOf(older), NameOf(newer), overwrite: true);
        run.Expect(await reader.ProblemAsync(cancellationToken) is not null, "an older manifest in the newest one's place went unnoticed");
        File.Delete(NameOf(newer));
        run.Expect(await reader.ProblemAsync(cancellationToken) is not null, "the newest manifest taken away went unnoticed");
        await File.WriteAllBytesAsync(NameOf(newer), newest, cancellationToken);
    }

    private static async Task WrongKeyAsync(BackupSpot spot, CheckRun run, CancellationToken cancellationToken)
    {
        var keyFile = Path.Combine(spot.StateFolder, "backup.key");
        await With(keyFile, bytes => Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[32])).CopyTo(bytes, 0), async () =>
        {
            var wrong = await spot.VerifyAsync(cancellationToken);
            run.Expect(wrong.Outcome == RunOutcome.Failed && wrong.Reason.Contains("sealed under key", StringComparison.Ordinal), "a wrong key: " + wrong.Reason);
            var restore = await spot.RestoreAsync(cancellationToken);
            run.Expect(restore.Outcome == RunOutcome.Failed, "a restore with a wrong key: " + restore.Reason);
        });
    }

    private static async Task With(string file, Action<byte[]> change, Func<Task> check)
    {
        var original = await File.ReadAllBytesAsync(file);
        var changed = (byte[])original.Clone();
        change(changed);
        if (!changed.AsSpan().SequenceEqual(original))
        {
            await File.WriteAllBytesAsync(file, changed);
            await check();
            await File.WriteAllBytesAsync(file, original);
        }
    }
}
