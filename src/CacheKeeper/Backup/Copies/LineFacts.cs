using System.Globalization;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>What filters and previews need of a line.</summary>
internal sealed record LineFacts(string Id)
{
    public string? Project { get; init; }
    public string? QueryHash { get; init; }
    public string? Category { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Last read, else last written, else made.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>Reads a line's facts.</summary>
internal delegate LineFacts LineFactsReader(ReadOnlySpan<byte> line);

/// <summary>Reads when a line's entry ends; null: never.</summary>
internal delegate DateTimeOffset? LineEndReader(ReadOnlySpan<byte> line);

/// <summary>The readers of each tier's lines.</summary>
internal static class LineFactsReaders
{
    /// <summary>A row: fields as the table's columns.</summary>
    public static LineFactsReader Rows(TableShape table, ExpiryClock clock)
    {
        var (project, hash, category) = (table.ColumnOf("project_name"), table.ColumnOf("query_hash"), table.ColumnOf("category"));
        var (expires, ttl, created, updated, accessed) = (table.ColumnOf("expires_at"), table.ColumnOf("ttl_seconds"), table.ColumnOf("created_at"), table.ColumnOf("updated_at"), table.ColumnOf("accessed_at"));
        return line =>
        {
            var (made, written, read) = (Instant(line, created), Instant(line, updated), Instant(line, accessed));
            var start = clock switch { ExpiryClock.Updated => written ?? made, ExpiryClock.Accessed => read ?? made, _ => made };
            var seconds = ttl >= 0 && long.TryParse(Text(line, ttl), out var value) ? value : (long?)null;
            return new LineFacts(Text(line, 0) ?? "")
            {
                Project = Text(line, project),
                QueryHash = Text(line, hash),
                Category = Text(line, category) ?? "general",
                ExpiresAt = Instant(line, expires) ?? (start is { } from && seconds is { } length ? Later(from, length) : null),
                UsedAt = read ?? written ?? made,
            };
        };
    }

    /// <summary>Only when a row's time ends: a preview asks it of every row.</summary>
    public static LineEndReader RowEnds(TableShape table, ExpiryClock clock)
    {
        var (expires, ttl, created, updated, accessed) = (table.ColumnOf("expires_at"), table.ColumnOf("ttl_seconds"), table.ColumnOf("created_at"), table.ColumnOf("updated_at"), table.ColumnOf("accessed_at"));
        var other = clock switch { ExpiryClock.Updated => updated, ExpiryClock.Accessed => accessed, _ => -1 };
        return line => Instant(line, expires) ?? (ttl >= 0 && System.Buffers.Text.Utf8Parser.TryParse(LineText.Field(line, ttl), out long seconds, out _) && (Instant(line, other) ?? Instant(line, created)) is { } start ? Later(start, seconds) : null);
    }

    /// <summary>A Redis key: key, kind, expiry in ms, query hash, category, content.</summary>
    public static LineFacts Key(ReadOnlySpan<byte> line) => new(Text(line, 0) ?? "")
    {
        QueryHash = Text(line, 3),
        Category = Text(line, 4),
        ExpiresAt = long.TryParse(Text(line, 2), out var end) ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
    };

    /// <summary>A memory: id, JSON as the service gave it.</summary>
    public static LineFacts Memory(ReadOnlySpan<byte> line)
    {
        var head = new Memory(JsonNode.Parse(LineText.Unescape(LineText.Field(line, 1)))!.AsObject()).ToHead();
        return new LineFacts(head.Id) { QueryHash = head.QueryHash, Category = head.Category, ExpiresAt = head.ExpiresAt, UsedAt = head.AccessedAt ?? head.UpdatedAt ?? head.CreatedAt };
    }

    private static string? Text(ReadOnlySpan<byte> line, int column) => column < 0 ? null : LineText.Text(LineText.Field(line, column));

    // PostgreSQL's ISO form; a naive time is UTC, as everywhere in the keeper.
    private static DateTimeOffset? Instant(ReadOnlySpan<byte> line, int column) => Text(line, column) is not { } text ? null
        : text == "infinity" ? DateTimeOffset.MaxValue
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    private static DateTimeOffset? Later(DateTimeOffset from, long seconds) =>
        seconds < (DateTimeOffset.MaxValue - from).TotalSeconds && seconds > (DateTimeOffset.MinValue - from).TotalSeconds ? from.AddSeconds(seconds) : null;
}
