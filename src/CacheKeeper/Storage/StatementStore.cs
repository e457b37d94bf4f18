using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace CacheKeeper.Storage;

/// <summary>
/// Statements of each firing, of which a thousand may come in a second: prepared once for each connection to SQLite, where parsing one takes longer than
/// running it (measured: benchmarks, "scheduler"). PostgreSQL's driver is asked as ever.
/// </summary>
internal static class StatementStore
{
    private static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Prepared = [];

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public static async Task<int> ExecuteAsync(DbConnection connection, DbTransaction transaction, string statement, params (string Name, object? Value)[] values)
    {
        var command = Take(connection, transaction, statement, values);
        try
        {
            return await command.ExecuteNonQueryAsync();
        }
        finally
        {
            await GiveBackAsync(command);
        }
    }

    /// <summary>The first row that a statement answers with, a value for each column; null when there is none.</summary>
    public static async Task<object[]?> FindRowAsync(DbConnection connection, DbTransaction transaction, string statement, params (string Name, object? Value)[] values)
    {
        var command = Take(connection, transaction, statement, values);
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            if (!await reader.ReadAsync())
            {
                return null;
            }

            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            return row;
        }
        finally
        {
            await GiveBackAsync(command);
        }
    }

    private static DbCommand Take(DbConnection connection, DbTransaction transaction, string statement, (string Name, object? Value)[] values)
    {
        var known = connection is SqliteConnection ? Prepared.GetOrCreateValue(connection) : null;
        if (known is null || !known.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement;
            foreach (var (name, _) in values)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            known?.Add(statement, command);
        }

        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command;
    }

    private static ValueTask GiveBackAsync(DbCommand command) => command is SqliteCommand ? ValueTask.CompletedTask : command.DisposeAsync();
}
