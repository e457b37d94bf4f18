using System.Globalization;
using System.Text.Json;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Heads as plans and receipts hold them: JSON as the state stores it, without what is unknown. By hand, for a run writes and reads millions of them.</summary>
internal static class EntryHeadJson
{
    public static void Write(Utf8JsonWriter json, EntryHead head)
    {
        json.WriteStartObject();
        json.WriteString("tier"u8, head.Tier.Word());
        json.WriteString("id"u8, head.Id);
        json.WriteString("version"u8, head.Version);
        Write(json, "place"u8, head.Place);
        Write(json, "query_hash"u8, head.QueryHash);
        Write(json, "category"u8, head.Category);
        Write(json, "agent"u8, head.Agent);
        json.WriteNumber("bytes"u8, head.Bytes);
        Write(json, "created_at"u8, head.CreatedAt);
        Write(json, "updated_at"u8, head.UpdatedAt);
        Write(json, "accessed_at"u8, head.AccessedAt);
        if (head.AccessCount is { } count)
        {
            json.WriteNumber("access_count"u8, count);
        }

        Write(json, "expires_at"u8, head.ExpiresAt);
        Write(json, "idle"u8, head.Idle?.ToString("c", CultureInfo.InvariantCulture));
        Write(json, "answers_until"u8, head.AnswersUntil);
        json.WriteBoolean("pinned"u8, head.Pinned);
        json.WriteBoolean("is_compressed"u8, head.IsCompressed);
        Write(json, "replaced_by"u8, head.ReplacedBy);
        json.WriteEndObject();
    }

    /// <summary>Reads the object that the reader stands at. Fields it does not know are passed over: a newer version may have written them.</summary>
    /// <exception cref="JsonException">It is no head.</exception>
    public static EntryHead Read(ref Utf8JsonReader json)
    {
        var fields = default(HeadFields);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            fields.Take(ref json);
        }

        return fields.ToHead();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            json.WriteString(name, known.UtcDateTime);
        }
    }

    // What was read so far of one head. Names are looked for in the order in which they are written.
    private struct HeadFields
    {
        private TierName? _tier;
        private string? _id, _version, _place, _hash, _category, _agent, _idle, _replacedBy;
        private DateTimeOffset? _created, _updated, _accessed, _expires, _answers;
        private long? _count;
        private long _bytes;
        private bool _pinned, _compressed;

        public void Take(ref Utf8JsonReader json)
        {
            if (!TakeText(ref json) && !TakeInstant(ref json) && !TakeFigure(ref json))
            {
                json.Skip();
            }
        }

        public readonly EntryHead ToHead() => _tier is { } tier && _id is not null && _version is not null
            ? new EntryHead(tier, _id, _version)
            {
                Place = _place,
                QueryHash = _hash,
                Category = _category,
                Agent = _agent,
                Bytes = _bytes,
                CreatedAt = _created,
                UpdatedAt = _updated,
                AccessedAt = _accessed,
                AccessCount = _count,
                ExpiresAt = _expires,
                Idle = _idle is null ? null : TimeSpan.ParseExact(_idle, "c", CultureInfo.InvariantCulture),
                AnswersUntil = _answers,
                Pinned = _pinned,
                IsCompressed = _compressed,
                ReplacedBy = _replacedBy,
            }
            : throw new JsonException("no entry stands here: its tier, id or version is missing");

        private bool TakeText(ref Utf8JsonReader json) => json switch
        {
            _ when json.ValueTextEquals("tier"u8) => (_tier = TierNames.Parse(Text(ref json) ?? "")) is not null,
            _ when json.ValueTextEquals("id"u8) => Set(out _id, Text(ref json)),
            _ when json.ValueTextEquals("version"u8) => Set(out _version, Text(ref json)),
            _ when json.ValueTextEquals("place"u8) => Set(out _place, Text(ref json)),
            _ when json.ValueTextEquals("query_hash"u8) => Set(out _hash, Text(ref json)),
            _ when json.ValueTextEquals("category"u8) => Set(out _category, Text(ref json)),
            _ when json.ValueTextEquals("agent"u8) => Set(out _agent, Text(ref json)),
            _ when json.ValueTextEquals("idle"u8) => Set(out _idle, Text(ref json)),
            _ when json.ValueTextEquals("replaced_by"u8) => Set(out _replacedBy, Text(ref json)),
            _ => false,
        };

        private bool TakeInstant(ref Utf8JsonReader json) => json switch
        {
            _ when json.ValueTextEquals("created_at"u8) => Set(out _created, Instant(ref json)),
            _ when json.ValueTextEquals("updated_at"u8) => Set(out _updated, Instant(ref json)),
            _ when json.ValueTextEquals("accessed_at"u8) => Set(out _accessed, Instant(ref json)),
            _ when json.ValueTextEquals("expires_at"u8) => Set(out _expires, Instant(ref json)),
            _ when json.ValueTextEquals("answers_until"u8) => Set(out _answers, Instant(ref json)),
            _ => false,
        };

        private bool TakeFigure(ref Utf8JsonReader json) => json switch
        {
            _ when json.ValueTextEquals("bytes"u8) => Set(out _bytes, Number(ref json) ?? 0),
            _ when json.ValueTextEquals("access_count"u8) => Set(out _count, Number(ref json)),
            _ when json.ValueTextEquals("pinned"u8) => Set(out _pinned, json.Read() && json.GetBoolean()),
            _ when json.ValueTextEquals("is_compressed"u8) => Set(out _compressed, json.Read() && json.GetBoolean()),
            _ => false,
        };

        private static bool Set<T>(out T field, T value)
        {
            field = value;
            return true;
        }

        private static string? Text(ref Utf8JsonReader json) => json.Read() ? json.GetString() : null;

        private static DateTimeOffset? Instant(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.Null ? json.GetDateTimeOffset() : null;

        private static long? Number(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.Null ? json.GetInt64() : null;
    }
}
