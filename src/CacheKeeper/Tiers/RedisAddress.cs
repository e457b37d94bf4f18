namespace CacheKeeper.Tiers;

/// <summary>Where a Redis-protocol server is and as whom to go there.</summary>
/// <param name="Encrypted">TLS, as rediss:// asks.</param>
/// <param name="User">Null means the server's default user.</param>
internal sealed record RedisAddress(string Host, int Port, bool Encrypted, string? User, string? Password)
{
    private const int UsualPort = 6379;

    /// <exception cref="KeeperException">The text is no redis:// or rediss:// address.</exception>
    public static RedisAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("redis" or "rediss"))
        {
            throw KeeperException.Usage("REDIS_URL (upstash.redisUrl) is no Redis address.", "It looks like redis://default:password@host:6379 (rediss:// for TLS).");
        }

        var user = address.UserInfo.Split(':', 2);
        return new RedisAddress(
            address.Host,
            address.Port > 0 ? address.Port : UsualPort,
            address.Scheme == "rediss",
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
    }
}
