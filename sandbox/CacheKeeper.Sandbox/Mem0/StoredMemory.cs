using System.Globalization;
using System.Text.Json;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Mem0.Search;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>One memory as it is kept; changed only by putting a new one in its place.</summary>
internal sealed record StoredMemory
{
    private float[]? vector;
    private IReadOnlyList<string>? words;

    public required Guid Id { get; init; }

    /// <summary>Grows with every memory added; orders memories of the same instant.</summary>
    public long Sequence { get; init; }

    public required string Text { get; init; }

    public required MemoryScope Scope { get; init; }

    /// <summary>The writer's own keys, an object, kept as it came.</summary>
    public JsonElement? Metadata { get; init; }

    public IReadOnlyList<string> Categories { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>As it came; what is not a date never expires.</summary>
    public string? ExpirationDate { get; init; }

    public bool Immutable { get; init; }

    public bool Synthesized { get; init; }

    /// <summary>The memory that superseded this one.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>The memory into which this one was folded as a duplicate.</summary>
    public string? MergedInto { get; init; }

    /// <summary>The messages it came from, a JSON array.</summary>
    public string Input { get; init; } = "[]";

    /// <summary>Of length 1, or all zeros; made at first use.</summary>
    public float[] Vector => vector ??= TextVector.Of(Text);

    /// <summary>What keyword matching sees of the text; made at first use.</summary>
    public IReadOnlyList<string> Words => words ??= SearchWords.Of(Text);

    /// <summary><c>metadata.query_hash</c>, by which a cache joins its tiers.</summary>
    public string? QueryHash => TextOf("query_hash");

    public DateOnly? ExpiresOn => DateOnly.TryParseExact(ExpirationDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    public StoredMemory WithText(string text) => this with { Text = text, vector = null, words = null };

    /// <summary>Hidden from the day after its date, in UTC.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpiresOn is { } date && DateOnly.FromDateTime(now.UtcDateTime) > date;

    /// <summary>A text among the metadata; null when it is absent or no text.</summary>
    public string? TextOf(string key) =>
        Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
