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
            await file.WriteLineAsync(Json(part, line.Span));
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

    private static string Json(TierPart part, ReadOnlySpan<byte> line) => part.Tier switch
    {
        "mem0" => LineText.Text(LineText.Field(line, 1))!,
        "postgresql" => Row(part.Table!, line).ToJsonString(Readable),
        _ => Key(line).ToJsonString(Readable),
    };

    private static JsonObject Row(TableShape table, ReadOnlySpan<byte> line)
    {
        var row = new JsonObject();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            row[table.Columns[i].Name] = LineText.Text(LineText.Field(line, i));
        }

        return row;
    }

    private static JsonObject Key(ReadOnlySpan<byte> line)
    {
        var facts = LineFactsReaders.Key(line);
        var (kind, content) = (LineText.Text(LineText.Field(line, 1)), LineText.Unescape(LineText.Field(line, 5)) ?? []);
        return new JsonObject
        {
            ["key"] = facts.Id,
            ["kind"] = kind,
            ["expires_at"] = facts.ExpiresAt?.UtcDateTime.ToString("O"),
            ["category"] = facts.Category,
            [kind == "dump" ? "value_base64" : "value"] = kind == "dump" ? Convert.ToBase64String(content) : System.Text.Encoding.UTF8.GetString(content),
        };
    }
}
