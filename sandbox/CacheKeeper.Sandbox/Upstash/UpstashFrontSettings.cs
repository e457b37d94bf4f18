using System.Net;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>How the REST front stands before its Redis.</summary>
internal sealed record UpstashFrontSettings
{
    /// <summary>The server behind; Redis protocol, no password.</summary>
    public required IPEndPoint Redis { get; init; }

    /// <summary>May do everything.</summary>
    public required string Token { get; init; }

    /// <summary>May read, but neither SCAN, KEYS nor INFO; null means there is none.</summary>
    public string? ReadOnlyToken { get; init; }

    /// <summary>0 picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>Upstash's smaller plans: 10 MB a request.</summary>
    public int MaxRequestBytes { get; init; } = 10 * 1024 * 1024;

    public int MaxKeyBytes { get; init; } = 32 * 1024;

    /// <summary>How long Redis may take for one request.</summary>
    public TimeSpan CommandLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections to Redis; streams have their own beside these.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Maps further endpoints under <c>/sandbox/</c>; they need the standard token, which is checked before they are reached.</summary>
    public Action<WebApplication>? MapMore { get; init; }

    /// <summary>Asked before every command request, also before its token is looked at; true means the answer has been given.</summary>
    public Func<HttpContext, Task<bool>>? Interfere { get; init; }
}
