using CacheKeeper.Backup.Format;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>Statements over the rows that a restore is about, which the table is called <c>t</c> in.</summary>
internal sealed class PostgresScopeStore(NpgsqlConnection connection, RestoreWork work)
{
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>The table's name, quoted.</summary>
    public string Table { get; } = work.Part.Table!.Name;

    /// <summary>The backup's columns, quoted.</summary>
    public string Columns { get; } = ColumnsOf(work.Part);

    /// <summary>Which of the table's rows are the scope's.</summary>
    public string Scope { get; } = work.Scope.Category is null ? "t.project_name = @project" : "t.project_name = @project AND COALESCE(t.category, 'general') = @category";

    /// <summary>A part's columns, quoted.</summary>
    public static string ColumnsOf(TierPart part) => string.Join(", ", part.Table!.Columns.Select(column => PostgresExportStore.Quote(column.Name)));

    /// <summary>Whether a row of the scope stands.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT EXISTS (SELECT 1 FROM {Table} t WHERE {Scope})");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it touched.</returns>
    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A statement that may name <c>@project</c>, <c>@category</c>, <c>@now</c> (when the restore began) and <c>@exact</c>.</summary>
    public NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql, Connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("project", work.Scope.Project);
        command.Parameters.AddWithValue("now", work.Now.UtcDateTime);
        command.Parameters.AddWithValue("exact", work.Aim == RestoreAim.Exact);
        command.Parameters.AddWithValue("category", work.Scope.Category ?? "");
        return command;
    }

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => PostgresExportStore.ExecuteAsync(Connection, sql, cancellationToken);
}
