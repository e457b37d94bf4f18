using System.Buffers;
using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Columns of a row as the server sent them; NULL is unknown, never 0.</summary>
internal static class PostgresRowClient
{
    // About what the columns' names and quotes add to a row.
    private const int BytesOfNames = 400;
    private const int MostAtFirst = 16 << 20;

    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Long(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset? Instant(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));

    /// <summary>The head that an answered row was asked by.</summary>
    /// <exception cref="NpgsqlException">Nobody asked for it: the answer is not to be trusted.</exception>
    public static EntryHead Asked(this IReadOnlyDictionary<string, EntryHead> heads, string id) =>
        heads.TryGetValue(id, out var head) ? head : throw new NpgsqlException("the server answered a row that was not asked for");

    /// <summary>Reads the rows that a statement gives as (id, then <see cref="PostgresRowText.Columns"/>), each with the head it was asked by.</summary>
    public static async Task<List<StoredEntry>> ReadWholeAsync(this NpgsqlCommand command, PostgresRowText columns, IReadOnlyDictionary<string, EntryHead> heads, CancellationToken cancellationToken)
    {
        var ends = new List<(EntryHead Head, int End)>(heads.Count);

        // One piece of memory for all rows: thousands of small ones are what a collector works on.
        var json = new ArrayBufferWriter<byte>((int)Math.Min(heads.Values.Sum(head => head.Bytes + BytesOfNames), MostAtFirst));
        await using var writer = PostgresRowText.Writer(json);
        command.AllResultTypesAreUnknown = true;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            writer.WriteStartObject();
            for (var at = 0; at < columns.Count; at++)
            {
                columns.Write(writer, at, row.IsDBNull(at + 1) ? null : row.GetFieldValue<byte[]>(at + 1));
            }

            writer.WriteEndObject();
            writer.Flush();
            ends.Add((heads.Asked(row.GetString(0)), json.WrittenCount));
            writer.Reset();
        }

        return [.. ends.Select((end, at) => new StoredEntry(end.Head, StoredEntry.Row, json.WrittenMemory[(at == 0 ? 0 : ends[at - 1].End)..end.End]))];
    }
}
