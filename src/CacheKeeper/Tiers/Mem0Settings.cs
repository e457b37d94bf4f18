using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Tiers;

/// <summary>How to reach the Mem0 tier.</summary>
internal sealed record Mem0Settings
{
    public const string PlatformHost = "https://api.mem0.ai";

    /// <summary>The base address. Also MEM0_HOST.</summary>
    public string Host { get; init; } = PlatformHost;

    /// <summary>Also MEM0_API_KEY.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Which API the server speaks: the platform, or the self-hosted one.</summary>
    public Mem0Flavour Flavour { get; init; } = Mem0Flavour.Platform;

    /// <summary>The longest that one request may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Memories in one listing page (the platform allows 200).</summary>
    [Range(1, 200)]
    public int PageSize { get; init; } = 200;

    /// <summary>Memories removed in one call (the platform allows 1000; the specification says 100).</summary>
    [Range(1, 1000)]
    public int BatchSize { get; init; } = 100;

    /// <summary>What 1,000 requests cost, in USD.</summary>
    [Range(0, 1000)]
    public double PricePer1KRequests { get; init; }
}
