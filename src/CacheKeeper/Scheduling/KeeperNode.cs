namespace CacheKeeper.Scheduling;

/// <summary>A keeper process that runs or ran. <paramref name="StoppedAt"/> is null while it runs, and for one that was killed.</summary>
internal sealed record KeeperNode(string Node, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset? StoppedAt, string Urls, string Version)
{
    /// <summary>Whether it was seen within the time in which a living one is seen several times.</summary>
    public bool IsAlive(DateTimeOffset now, TimeSpan patience) => StoppedAt is null && now - SeenAt <= patience;
}
