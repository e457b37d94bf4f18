using System.Text.Json;
using CacheKeeper.Client;

namespace CacheKeeper.Sandbox;

/// <summary>Where the three stand-ins are and what opens them.</summary>
internal sealed record SandboxAddresses
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Project { get; init; }

    /// <summary>As the owner of the gateway's tables.</summary>
    public required string DatabaseUrl { get; init; }

    /// <summary>As a role that may only read, write and remove rows of the cache's tables.</summary>
    public required string KeeperDatabaseUrl { get; init; }

    public required string UpstashUrl { get; init; }

    public required string UpstashToken { get; init; }

    public required string UpstashReadOnlyToken { get; init; }

    public required string RedisUrl { get; init; }

    public required string Mem0Host { get; init; }

    public required string Mem0ApiKey { get; init; }

    /// <summary>One line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>The options of a client over these tiers.</summary>
    public CacheKeeperClientOptions ForClient() => new()
    {
        Project = Project,
        DatabaseUrl = DatabaseUrl,
        UpstashUrl = UpstashUrl,
        UpstashToken = UpstashToken,
        Mem0Host = Mem0Host,
        Mem0ApiKey = Mem0ApiKey,
    };
}
