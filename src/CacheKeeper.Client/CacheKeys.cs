namespace CacheKeeper.Client;

/// <summary>The Redis keys that one logical answer may own (one answer has up to three keys).</summary>
public static class CacheKeys
{
    /// <summary>How long the key under the category lives by default.</summary>
    public static readonly TimeSpan CategoryLifetime = TimeSpan.FromHours(1);

    /// <summary>How long the key under the agent lives by default.</summary>
    public static readonly TimeSpan AgentLifetime = TimeSpan.FromHours(2);

    /// <summary>How long the bare key lives by default.</summary>
    public static readonly TimeSpan BareLifetime = TimeSpan.FromMinutes(30);
}
