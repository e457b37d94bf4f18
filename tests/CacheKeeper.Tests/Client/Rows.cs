using CacheKeeper.Client;
using Npgsql;

namespace CacheKeeper.Tests.Client;

/// <summary>Asks a test's database what stands in it.</summary>
internal static class Rows
{
    public static async Task<T> ScalarAsync<T>(string databaseUrl, string query, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(databaseUrl) + ";Pooling=false");
        await using var command = source.CreateCommand(query);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public static async Task ExecuteAsync(string databaseUrl, string statement, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(databaseUrl) + ";Pooling=false");
        await using var command = source.CreateCommand(statement);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
