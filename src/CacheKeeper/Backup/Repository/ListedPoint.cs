using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>A restore point as it is found: the manifest in the location held against what the keeper's state remembers.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Point">The manifest; null when it is missing or was changed.</param>
/// <param name="Row">What the state remembers; null when the state does not know it (a new keeper on old backups).</param>
/// <param name="Problem">What is wrong with it; empty when nothing is.</param>
internal sealed record ListedPoint(string Id, RestorePoint? Point, PointRow? Row, string Problem)
{
    /// <summary>Can be restored, as far as the manifest tells.</summary>
    public bool IsUsable => Point is not null && Problem.Length == 0;

    /// <summary>Whole, and of everything: what counts as the backup of its day.</summary>
    public bool IsGood => IsUsable && Point is { Kind: PointKind.Backup, IsComplete: true };

    public DateTimeOffset? VerifiedAt => At(Row?.VerifiedAt);

    public DateTimeOffset? ProvenAt => At(Row?.ProvenAt);

    private static DateTimeOffset? At(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
