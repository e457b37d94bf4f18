using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>One change of one memory.</summary>
internal sealed record HistoryEntry
{
    public required Guid Id { get; init; }

    public required Guid MemoryId { get; init; }

    /// <summary>ADD, UPDATE or DELETE.</summary>
    public required string Event { get; init; }

    public string? OldMemory { get; init; }

    public string? NewMemory { get; init; }

    public required string Input { get; init; }

    public required MemoryScope Scope { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public JsonElement? Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Work that was asked for and is done in its own time.</summary>
internal sealed record Mem0Event
{
    public const string Pending = "PENDING";
    public const string Running = "RUNNING";
    public const string Failed = "FAILED";
    public const string Succeeded = "SUCCEEDED";

    public required Guid Id { get; init; }

    /// <summary>ADD, DELETE_ALL or DELETE_USER.</summary>
    public required string Type { get; init; }

    public required string Status { get; init; }

    /// <summary>The request as it came.</summary>
    public required JsonElement Payload { get; init; }

    public required JsonElement Results { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? Error { get; init; }
}

/// <summary>A user, agent, app or run that has, or had, memories.</summary>
internal sealed record Mem0Entity(
    long Id, EntityType Type, string Name, JsonElement? Metadata, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Anything smaller, kept as the JSON it is: webhooks, exports, feedback, projects.</summary>
internal sealed record Mem0Document(string Kind, string Id, JsonElement Body, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
