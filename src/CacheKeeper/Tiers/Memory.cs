using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CacheKeeper.Tiers;

/// <summary>One Mem0 memory as the API gives it; unknown fields are kept as they came.</summary>
internal sealed record Memory(JsonObject Fields)
{
    public string Id => Text("id") ?? "";

    public string Content => Text("memory") ?? "";

    public JsonObject? Metadata => Fields["metadata"] as JsonObject;

    public string? Text(string field) => Fields[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public string? MetadataText(string key) => Metadata?[key] is JsonValue value ? value.ToString() : null;

    public DateTimeOffset? Instant(string field) => DateTimeOffset.TryParse(Text(field), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var instant) ? instant.ToUniversalTime() : null;

    /// <summary>Hidden from the day after expiration_date (UTC); a malformed date counts as not expired.</summary>
    public DateTimeOffset? ExpiresAt => DateOnly.TryParse(Text("expiration_date"), out var day)
        ? new DateTimeOffset(day.AddDays(day < DateOnly.MaxValue ? 1 : 0).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
        : null;

    /// <summary>Changes with text, metadata, expiry or the platform's own updated_at.</summary>
    public string Version
    {
        get
        {
            var state = $"{Text("updated_at")}\n{Text("expiration_date")}\n{Content}\n{Metadata?.ToJsonString()}";
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)))[..32];
        }
    }

    public EntryHead ToHead() => new(TierName.Mem0, Id, Version)
    {
        QueryHash = MetadataText("query_hash"),
        Category = MetadataText("category") ?? ((Fields["categories"] as JsonArray)?.FirstOrDefault() as JsonValue)?.ToString(),
        Agent = Text("agent_id") ?? MetadataText("agent_id"),
        Bytes = Encoding.UTF8.GetByteCount(Content) + (Metadata is { } metadata ? Encoding.UTF8.GetByteCount(metadata.ToJsonString()) : 0),
        CreatedAt = Instant("created_at"),
        UpdatedAt = Instant("updated_at"),
        AccessedAt = DateTimeOffset.TryParse(MetadataText("accessed_at"), out var accessed) ? accessed : null,
        AccessCount = long.TryParse(MetadataText("access_count"), out var count) ? count : null,
        ExpiresAt = ExpiresAt,
        AnswersUntil = DateTimeOffset.TryParse(MetadataText("expires_at"), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var answersUntil) ? answersUntil.ToUniversalTime() : null,
        Pinned = MetadataText("pinned") == "true" || Fields["immutable"] is JsonValue immutable && immutable.TryGetValue<bool>(out var fixedForever) && fixedForever,
        ReplacedBy = Text("replaced_by") ?? (Text("lifecycle_state") is "merged" or "superseded" ? Text("lifecycle_state") : null),
    };

    public StoredEntry ToEntry() => new(ToHead(), "memory", Encoding.UTF8.GetBytes(Fields.ToJsonString()));
}
