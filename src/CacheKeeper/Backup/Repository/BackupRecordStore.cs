using CacheKeeper.Backup.Format;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup.Repository;

/// <summary>What the keeper's state remembers of restore points: readable without any key, so alerts and pages can ask it.</summary>
internal sealed class BackupRecordStore(StateStore state)
{
    private const string Columns = """
        SELECT point AS Point, project AS Project, number AS Number, created_at AS CreatedAt, kind AS Kind, complete AS Complete, manifest_digest AS ManifestDigest, entries AS Entries,
            plain_bytes AS PlainBytes, stored_bytes AS StoredBytes, run AS Run, verified_at AS VerifiedAt, proven_at AS ProvenAt, removed_at AS RemovedAt
        FROM restore_points
        """;

    public Task<IReadOnlyList<PointRow>> RowsAsync(string project, CancellationToken cancellationToken) =>
        state.QueryAsync<PointRow>(Columns + " WHERE project = @project ORDER BY number", new { project }, cancellationToken);

    /// <summary>When the newest good backup was read back, and when one was last proven by a restore; null: never.</summary>
    public async Task<(DateTimeOffset? VerifiedAt, DateTimeOffset? ProvenAt)> LatestAsync(string project, CancellationToken cancellationToken)
    {
        var good = (await RowsAsync(project, cancellationToken)).Where(row => row is { Kind: "backup", Complete: 1 }).ToList();
        // A backup is as old as the moment at which it was begun, however often it is verified later.
        return (At(good.Where(row => row.VerifiedAt is not null).Max(row => (long?)row.CreatedAt)), At(good.Max(row => row.ProvenAt)));
    }

    /// <summary>The number of the newest restore point there ever was, removed ones included; 0 when there was none.</summary>
    public async Task<long> NewestNumberAsync(string project, CancellationToken cancellationToken) =>
        await state.FindAsync<long?>("SELECT max(number) FROM restore_points WHERE project = @project", new { project }, cancellationToken) ?? 0;

    /// <summary>Forgets restore points whose run died between anchor and manifest. One whose run ended well and whose manifest is gone was taken away: that stays told.</summary>
    public Task ForgetUnfinishedAsync(IReadOnlyCollection<string> missing, string run, DateTimeOffset at, CancellationToken cancellationToken) => missing.Count == 0 ? Task.CompletedTask : state.ExecuteAsync(
        "UPDATE restore_points SET removed_at = @at WHERE point IN @missing AND run <> @run AND run NOT IN (SELECT run FROM runs WHERE outcome IN ('done', 'degraded'))",
        new { missing, run, at = at.ToUnixTimeMilliseconds() },
        cancellationToken);

    public Task AnchorAsync(RestorePoint point, string digest, long storedBytes, string run, bool verified, CancellationToken cancellationToken) => state.ExecuteAsync(
        """
        INSERT INTO restore_points (point, project, number, created_at, kind, complete, manifest_digest, entries, plain_bytes, stored_bytes, run, verified_at)
        VALUES (@Id, @Project, @Number, @createdAt, @kind, @complete, @digest, @Entries, @PlainBytes, @storedBytes, @run, @verifiedAt)
        """,
        new
        {
            point.Id,
            point.Project,
            point.Number,
            createdAt = point.StartedAt.ToUnixTimeMilliseconds(),
            kind = Word(point.Kind),
            complete = point.IsComplete ? 1 : 0,
            digest,
            point.Entries,
            point.PlainBytes,
            storedBytes,
            run,
            verifiedAt = verified ? point.EndedAt.ToUnixTimeMilliseconds() : (long?)null,
        },
        cancellationToken);

    public Task MarkVerifiedAsync(string point, DateTimeOffset? at, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE restore_points SET verified_at = @at WHERE point = @point", new { point, at = at?.ToUnixTimeMilliseconds() }, cancellationToken);

    public Task MarkProvenAsync(string point, DateTimeOffset at, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE restore_points SET proven_at = @at WHERE point = @point", new { point, at = at.ToUnixTimeMilliseconds() }, cancellationToken);

    public Task MarkRemovedAsync(string point, DateTimeOffset at, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE restore_points SET removed_at = @at WHERE point = @point", new { point, at = at.ToUnixTimeMilliseconds() }, cancellationToken);

    public Task RememberMemoriesAsync(string project, string point, IReadOnlyDictionary<string, string> ids, DateTimeOffset at, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (connection, transaction) =>
        {
            foreach (var (oldId, newId) in ids)
            {
                await Dapper.SqlMapper.ExecuteAsync(
                    connection,
                    "INSERT INTO restored_memories (project, old_id, new_id, point, restored_at) VALUES (@project, @oldId, @newId, @point, @at) ON CONFLICT (project, old_id, point) DO UPDATE SET new_id = excluded.new_id, restored_at = excluded.restored_at",
                    new { project, oldId, newId, point, at = at.ToUnixTimeMilliseconds() },
                    transaction);
            }

            return ids.Count;
        },
        cancellationToken);

    public static string Word(PointKind kind) => kind switch { PointKind.Selection => "selection", PointKind.SafetyCopy => "safety_copy", PointKind.Archive => "archive", _ => "backup" };

    private static DateTimeOffset? At(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
