using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Backup;

/// <summary>Chooses a restore point by its id, as the latest, or as the last one before an instant.</summary>
internal static class PointChoice
{
    /// <param name="wanted">An id, or "latest"; null means latest.</param>
    /// <param name="at">The last one begun at or before this.</param>
    /// <exception cref="KeeperException">There is none, or it cannot be used.</exception>
    public static RestorePoint Choose(IReadOnlyList<ListedPoint> points, string? wanted, DateTimeOffset? at)
    {
        if (wanted is not (null or "latest"))
        {
            var named = points.FirstOrDefault(point => point.Id == wanted) ?? throw KeeperException.Usage($"There is no restore point {wanted}.", "'cachekeeper backup list' shows those there are.");
            return named.IsUsable ? named.Point! : throw new KeeperException($"{wanted} cannot be used. {named.Problem}", "Choose another: 'cachekeeper backup list'.");
        }

        var found = points.FirstOrDefault(point => point.IsUsable && point.Point!.Kind == PointKind.Backup && (at is null || point.Point.StartedAt <= at));
        return found?.Point ?? throw new KeeperException(at is null ? "There is no restore point that can be used." : $"No restore point is as old as {at:u}.", "'cachekeeper backup list' shows those there are; 'cachekeeper backup create' makes one.");
    }
}
