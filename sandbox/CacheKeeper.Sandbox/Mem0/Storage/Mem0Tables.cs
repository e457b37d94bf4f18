using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>The tables behind the server, and how their rows become records.</summary>
internal static class Mem0Tables
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS memories (
            id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, text TEXT NOT NULL, user_id TEXT, agent_id TEXT, app_id TEXT, run_id TEXT,
            metadata TEXT, categories TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expiration_date TEXT,
            immutable INTEGER NOT NULL, synthesized INTEGER NOT NULL, replaced_by TEXT, merged_into TEXT, input TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS history (
            sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, memory_id TEXT NOT NULL, event TEXT NOT NULL, old_memory TEXT, new_memory TEXT, input TEXT NOT NULL,
            user_id TEXT, agent_id TEXT, app_id TEXT, run_id TEXT, categories TEXT NOT NULL, metadata TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS history_of_memory ON history (memory_id, sequence);
        CREATE TABLE IF NOT EXISTS events (
            sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, event_type TEXT NOT NULL, status TEXT NOT NULL, payload TEXT NOT NULL, results TEXT NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, started_at INTEGER, completed_at INTEGER, error TEXT);
        CREATE INDEX IF NOT EXISTS events_open ON events (status, sequence);
        CREATE TABLE IF NOT EXISTS entities (
            id INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, metadata TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            UNIQUE (type, name));
        CREATE TABLE IF NOT EXISTS documents (
            kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            PRIMARY KEY (kind, id)) WITHOUT ROWID;
        """;

    public static void Create(SqliteSession session) => session.Execute(Schema);

    public static StoredMemory ReadMemory(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        Sequence = row.GetInt64(1),
        Text = row.GetString(2),
        Scope = new(Text(row, 3), Text(row, 4), Text(row, 5), Text(row, 6)),
        Metadata = Json(row, 7),
        Categories = Strings(row.GetString(8)),
        CreatedAt = Time(row.GetInt64(9)),
        UpdatedAt = Time(row.GetInt64(10)),
        ExpirationDate = Text(row, 11),
        Immutable = row.GetBoolean(12),
        Synthesized = row.GetBoolean(13),
        ReplacedBy = Text(row, 14),
        MergedInto = Text(row, 15),
        Input = row.GetString(16),
    };

    public static HistoryEntry ReadHistory(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        MemoryId = Guid.Parse(row.GetString(1)),
        Event = row.GetString(2),
        OldMemory = Text(row, 3),
        NewMemory = Text(row, 4),
        Input = row.GetString(5),
        Scope = new(Text(row, 6), Text(row, 7), Text(row, 8), Text(row, 9)),
        Categories = Strings(row.GetString(10)),
        Metadata = Json(row, 11),
        CreatedAt = Time(row.GetInt64(12)),
        UpdatedAt = Time(row.GetInt64(13)),
    };

    public static Mem0Event ReadEvent(SqliteDataReader row) => new()
    {
        Id = Guid.Parse(row.GetString(0)),
        Type = row.GetString(1),
        Status = row.GetString(2),
        Payload = Parse(row.GetString(3)),
        Results = Parse(row.GetString(4)),
        CreatedAt = Time(row.GetInt64(5)),
        UpdatedAt = Time(row.GetInt64(6)),
        StartedAt = row.IsDBNull(7) ? null : Time(row.GetInt64(7)),
        CompletedAt = row.IsDBNull(8) ? null : Time(row.GetInt64(8)),
        Error = Text(row, 9),
    };

    public static Mem0Entity ReadEntity(SqliteDataReader row) =>
        new(row.GetInt64(0), EntityTypes.OfWord(row.GetString(1))!.Value, row.GetString(2), Json(row, 3), Time(row.GetInt64(4)), Time(row.GetInt64(5)));

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static JsonElement? Json(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Parse(row.GetString(column));

    private static string[] Strings(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];
}
