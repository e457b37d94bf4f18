namespace CacheKeeper.Sandbox;

/// <summary>What kind of sandbox to start.</summary>
internal sealed record SandboxSettings
{
    /// <summary>The project whose cache the sandbox holds.</summary>
    public const string DefaultProject = "upi_admin_gateway";

    /// <summary>Where everything is kept; the next start finds it again, ports included.</summary>
    public required string Folder { get; init; }

    public string Project { get; init; } = DefaultProject;

    /// <summary>1 or 2: which of the documented forms <c>cache_entries</c> has.</summary>
    public int Schema { get; init; } = 2;

    /// <summary>False for tests: faster, and nothing is safe when the machine fails.</summary>
    public bool SafeWrites { get; init; } = true;

    /// <summary>False for tests: Redis stays in memory alone, and a PostgreSQL that had to stand apart from the folder goes when the sandbox ends.</summary>
    public bool Keep { get; init; } = true;
}
