using System.Security.Cryptography;
using System.Text.Json;
using CacheKeeper.Backup.Format;
using CacheKeeper.Storage;
using ZstdSharp;

namespace CacheKeeper.Backup.Repository;

/// <summary>The manifests of a location, each anchored in the keeper's state.</summary>
internal sealed class RestorePointStore(IBackupStore files, RepositoryKey key, BackupRecordStore records, string project)
{
    private const string Folder = "points";
    private const int MostManifestBytes = 256 * 1024 * 1024;

    /// <summary>Writes a manifest, reads it back, publishes it and anchors it.</summary>
    public async Task SaveAsync(RestorePoint point, long storedBytes, string run, bool verified, CancellationToken cancellationToken)
    {
        var fileId = RandomNumberGenerator.GetBytes(16);
        var header = SealedFile.Header(SealedFile.Manifest, fileId, key.Id);
        using var compressor = new Compressor(3);
        var frame = new Sealer(key.ForFile(fileId, "manifest"), header).Seal(0, point.Id, compressor.Wrap(JsonSerializer.SerializeToUtf8Bytes(point, StateJson.Options)));
        byte[] whole = [.. header, .. frame];
        await using (var file = await files.CreateAsync(NameOf(point.Id), cancellationToken))
        {
            await file.WriteAsync(whole, cancellationToken);
            await file.SealAsync(cancellationToken);
            var read = Open(point.Id, await file.ReadAsync(0, (int)file.Length, cancellationToken));
            if (read.Point?.Number != point.Number)
            {
                throw new KeeperException($"The manifest of {point.Id} does not read back.", "The disk may be failing; nothing was published.");
            }

            // The anchor first: a crash between the two leaves an anchor without a manifest, which is told as an unfinished backup, never a manifest without an anchor.
            await records.AnchorAsync(point, Digest(whole), storedBytes, run, verified, cancellationToken);
            await file.PublishAsync(cancellationToken);
        }
    }

    /// <summary>All restore points, the newest first, with what is wrong with each.</summary>
    public async Task<IReadOnlyList<ListedPoint>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = (await records.RowsAsync(project, cancellationToken)).ToDictionary(row => row.Point);
        var found = new List<ListedPoint>();
        foreach (var file in (await files.ListAsync(Folder, cancellationToken)).Where(file => file.Name.EndsWith(".point", StringComparison.Ordinal)))
        {
            var id = Path.GetFileNameWithoutExtension(file.Name);
            found.Add(await LookAsync(id, file, rows.GetValueOrDefault(id), cancellationToken));
        }

        var missing = rows.Values.Where(row => row.RemovedAt is null && found.All(point => point.Id != row.Point));
        found.AddRange(missing.Select(row => new ListedPoint(row.Point, null, row, "Its manifest is missing: the backup was interrupted at its very end, or somebody took it away.")));
        return [.. found.OrderByDescending(point => point.Point?.Number ?? point.Row?.Number ?? 0)];
    }

    public async Task DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The state first: a crash in between leaves a file that is known to be removed, not a restore point that is missing.
        await records.MarkRemovedAsync(id, now, cancellationToken);
        await files.DeleteAsync(NameOf(id), cancellationToken);
    }

    private async Task<ListedPoint> LookAsync(string id, StoredFile file, PointRow? row, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await files.ReadAsync(file.Name, 0, (int)Math.Min(file.Bytes, MostManifestBytes), cancellationToken);
        }
        catch (KeeperException e)
        {
            return new ListedPoint(id, null, row, e.Message);
        }

        var (point, problem) = Open(id, bytes);
        return new ListedPoint(id, point, row, (point, row) switch
        {
            (null, _) => problem,
            (_, { RemovedAt: not null }) => "It was removed by retention and has been put back.",
            (_, { } known) when known.ManifestDigest != Digest(bytes) => "Its manifest is not the one that was written: an older or a foreign one was put in its place.",
            _ when point.Project != project => $"It is of project {point.Project}.",
            _ => "",
        });
    }

    private (RestorePoint? Point, string Problem) Open(string id, byte[] bytes)
    {
        if (bytes.Length < SealedFile.HeaderBytes || SealedFile.FileId(bytes.AsSpan(0, SealedFile.HeaderBytes), SealedFile.Manifest, key.Id) is not { } fileId)
        {
            return (null, "Its manifest is no manifest of this location, or its beginning was changed.");
        }

        var sealer = new Sealer(key.ForFile(fileId, "manifest"), bytes[..SealedFile.HeaderBytes]);
        if (sealer.Open(0, id, bytes.AsSpan(SealedFile.HeaderBytes)) is not { } compressed)
        {
            return (null, "Its manifest was changed after it was written.");
        }

        try
        {
            using var decompressor = new Decompressor();
            var point = JsonSerializer.Deserialize<RestorePoint>(decompressor.Unwrap(compressed, MostManifestBytes), StateJson.Options)!;
            return point.Format == RestorePoint.NewestFormat && point.Id == id ? (point, "")
                : (null, $"It was written by {(point.Format < RestorePoint.NewestFormat ? "an older version, in a format that is no longer read" : "a newer version")} ({point.ToolVersion}).");
        }
        catch (Exception e) when (e is JsonException or ZstdException)
        {
            return (null, "Its manifest cannot be understood: " + e.Message);
        }
    }

    private static string Digest(byte[] manifest) => Convert.ToHexStringLower(SHA256.HashData(manifest));

    private static string NameOf(string id) => $"{Folder}/{id}.point";
}
