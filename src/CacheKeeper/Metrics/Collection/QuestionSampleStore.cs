using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Metrics;

/// <summary>Reads a bounded sample of the questions of live rows: those whose hashes come first, which is as good as any draw and the same each time.</summary>
internal static class QuestionSampleStore
{
    // What follows tells two questions apart no better.
    private const int LongestQuestion = 400;

    /// <returns>Null where the table holds no questions, or none are asked for.</returns>
    public static async Task<IReadOnlyList<string>?> ReadAsync(PostgresTier postgres, string project, DateTimeOffset asOf, int most, CancellationToken cancellationToken) => most == 0
        ? null
        : await postgres.RunAsync("sample questions", (connection, table) => ReadAsync(connection, table, project, asOf, most, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<string>?> ReadAsync(NpgsqlConnection connection, PostgresTable table, string project, DateTimeOffset asOf, int most, CancellationToken cancellationToken)
    {
        if (!table.Has("query_text"))
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"""
            SELECT left(t.query_text, {LongestQuestion}) FROM {table.Name} t CROSS JOIN LATERAL (SELECT {table.ExpiresAt} AS e) x
            WHERE t.project_name = @project AND t.query_text IS NOT NULL AND (e IS NULL OR e > @as_of) ORDER BY t.query_hash LIMIT @most
            """,
            connection);
        command.Parameters.AddWithValue("project", project);
        command.Parameters.AddWithValue("as_of", asOf.UtcDateTime);
        command.Parameters.AddWithValue("most", most);
        var questions = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            questions.Add(row.GetString(0));
        }

        return questions;
    }
}
