using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Backup;

/// <summary>Takes a restore point out into a folder: one JSON line an entry, a file a tier, readable by their owner only; the keeper's state as a state.</summary>
internal sealed class ExtractRunner(string folder)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<JobResult> RunAsync(RestorePoint point, IReadOnlyList<(TierPart Part, RestoreWork Work)> wanted, bool dryRun, CancellationToken cancellationToken)
    {
        var counts = new JsonObject();
        MakePrivate(dryRun);
        foreach (var (part, work) in wanted)
        {
            counts[part.Tier] = dryRun ? part.Entries : part.Tier == StateCopyTier.Word
                ? await StateCopyTier.RestoreIntoAsync(folder, work, cancellationToken)
                : await WriteAsync(part, work, cancellationToken);
        }

        var told = string.Join(", ", counts.Select(pair => $"{pair.Value!.GetValue<long>():N0} {BackupText.Unit(pair.Key)}"));
        return new JobResult(dryRun ? RunOutcome.DryRun : RunOutcome.Done, $"{(dryRun ? "Would take" : "Took")} {told} of {point.Id} out into {folder}. These files are not encrypted.")
        {
            Plan = new JsonObject { ["point"] = point.Id, ["to"] = folder },
            Counts = counts,
        };
    }

    private async Task<long> WriteAsync(TierPart part, RestoreWork work, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new StreamWriter(Path.Combine(folder, part.Tier + ".jsonl"), options);
        var written = 0L;
        await foreach (var line in LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            await file.WriteLineAsync(LineJson.Of(part, line.Span).ToJsonString(Readable));
            written++;
        }

        return written;
    }

    private void MakePrivate(bool dryRun)
    {
        if (!dryRun && !Directory.Exists(folder))
        {
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
