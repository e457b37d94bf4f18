using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using CacheKeeper.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace CacheKeeper.Metrics;

/// <summary>Remembers samples by series and time. Writing a time again replaces its value; values that are no numbers are left out.</summary>
internal sealed class SampleStore(StateStore state)
{
    private readonly ConcurrentDictionary<(string Project, string Name), long> _ids = new();

    /// <summary>Writes samples in one transaction.</summary>
    public async Task WriteAsync(string project, IReadOnlyCollection<Sample> samples, CancellationToken cancellationToken)
    {
        var known = samples.Where(sample => double.IsFinite(sample.Value)).ToList();
        if (known.Count == 0)
        {
            return;
        }

        await NameAsync(project, [.. known.Select(sample => sample.Series).Distinct()], cancellationToken);
        await state.InTransactionAsync(
            async (connection, transaction) =>
            {
                if (state.IsPostgres)
                {
                    await WriteManyAsync(connection, transaction, project, known, cancellationToken);
                }
                else
                {
                    WriteEach((SqliteConnection)connection, project, known, cancellationToken);
                }

                return 0;
            },
            cancellationToken);
    }

    /// <summary>The values of a series in [from, to), in order of time.</summary>
    public Task<IReadOnlyList<TimedValue>> ReadAsync(string project, string series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAsync(project, series, RollupLevel.Raw, from, to, cancellationToken);

    /// <summary>The same, folded as the metric says (mean of a level, sum of counts); a bucket stands at its beginning.</summary>
    public async Task<IReadOnlyList<TimedValue>> ReadAsync(string project, string series, RollupLevel level, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var values = new List<TimedValue>();
        await foreach (var value in StreamAsync(project, series, level, from, to, cancellationToken))
        {
            values.Add(value);
        }

        return values;
    }

    /// <summary>The same, a row at a time: memory stays constant whatever the length.</summary>
    public async IAsyncEnumerable<TimedValue> StreamAsync(
        string project, string series, RollupLevel level, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await state.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var fold = MetricCatalogue.Keeper.OfSeries(series)?.Fold == MetricFold.Sum ? "total" : "total / samples";
        command.CommandText = level == RollupLevel.Raw
            ? "SELECT ts, value FROM samples WHERE series = (SELECT id FROM series WHERE project = @project AND name = @name) AND ts >= @from AND ts < @to ORDER BY ts"
            : $"SELECT ts, {fold} FROM rollups WHERE series = (SELECT id FROM series WHERE project = @project AND name = @name) AND level = @level AND ts >= @from AND ts < @to ORDER BY ts";
        Add(command, "project", project);
        Add(command, "name", series);
        Add(command, "level", (long)level);
        Add(command, "from", from.ToUnixTimeMilliseconds());
        Add(command, "to", to.ToUnixTimeMilliseconds());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new TimedValue(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)), reader.GetDouble(1));
        }
    }

    /// <summary>The raw values of all of a project's series in [from, to), in order of name and time, a row at a time.</summary>
    public async IAsyncEnumerable<(string Series, TimedValue Value)> StreamAsync(string project, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await state.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT s.name, v.ts, v.value FROM series s JOIN samples v ON v.series = s.id WHERE s.project = @project AND v.ts >= @from AND v.ts < @to ORDER BY s.name, v.ts";
        Add(command, "project", project);
        Add(command, "from", from.ToUnixTimeMilliseconds());
        Add(command, "to", to.ToUnixTimeMilliseconds());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return (reader.GetString(0), new TimedValue(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetDouble(2)));
        }
    }

    /// <summary>The newest value of a series since then; null when there is none.</summary>
    public async Task<TimedValue?> LatestAsync(string project, string series, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var row = await state.FindAsync<Row>(
            "SELECT ts AS Ts, value AS Value FROM samples WHERE series = (SELECT id FROM series WHERE project = @project AND name = @series) AND ts >= @since ORDER BY ts DESC LIMIT 1",
            new { project, series, since = since.ToUnixTimeMilliseconds() },
            cancellationToken);
        return row is null ? null : new TimedValue(DateTimeOffset.FromUnixTimeMilliseconds(row.Ts), row.Value);
    }

    /// <summary>The newest value of every series that has one since then.</summary>
    public async Task<IReadOnlyDictionary<string, TimedValue>> LatestAsync(string project, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            """
            SELECT s.name AS Name, v.ts AS Ts, v.value AS Value FROM series s
            JOIN samples v ON v.series = s.id AND v.ts = (SELECT max(ts) FROM samples WHERE series = s.id)
            WHERE s.project = @project AND v.ts >= @since
            """,
            new { project, since = since.ToUnixTimeMilliseconds() },
            cancellationToken);
        return rows.ToDictionary(row => row.Name, row => new TimedValue(DateTimeOffset.FromUnixTimeMilliseconds(row.Ts), row.Value));
    }

    /// <summary>The names of a project's series, in order.</summary>
    public Task<IReadOnlyList<string>> NamesAsync(string project, CancellationToken cancellationToken) =>
        state.QueryAsync<string>("SELECT name FROM series WHERE project = @project ORDER BY name", new { project }, cancellationToken);

    private async Task NameAsync(string project, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.All(name => _ids.ContainsKey((project, name))))
        {
            return;
        }

        foreach (var (name, id) in await state.QueryAsync<(string, long)>("SELECT name, id FROM series WHERE project = @project", new { project }, cancellationToken))
        {
            _ids[(project, name)] = id;
        }

        if (!names.All(name => _ids.ContainsKey((project, name))))
        {
            await NumberAsync(project, names, cancellationToken);
        }
    }

    private async Task NumberAsync(string project, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var numbered = await state.InTransactionAsync(
            async (connection, transaction) =>
            {
                if (state.IsPostgres)
                {
                    await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(4711202640)", transaction: transaction);
                }

                var known = (await connection.QueryAsync<(string, long)>("SELECT name, id FROM series WHERE project = @project", new { project }, transaction)).ToDictionary(row => row.Item1, row => row.Item2);
                var next = await connection.ExecuteScalarAsync<long>("SELECT COALESCE(max(id), 0) + 1 FROM series", transaction: transaction);
                foreach (var name in names.Where(name => !known.ContainsKey(name)))
                {
                    await connection.ExecuteAsync("INSERT INTO series (id, project, name) VALUES (@id, @project, @name)", new { id = next, project, name }, transaction);
                    known[name] = next++;
                }

                return known;
            },
            cancellationToken);
        foreach (var (name, id) in numbered)
        {
            _ids[(project, name)] = id;
        }
    }

    // One prepared statement over and over is the fastest way into SQLite, and most of its time went into the parameters of a DbCommand
    // (measured: benchmarks, "samples"): so the three values are bound by SQLite's own calls, in the order of the key.
    private void WriteEach(SqliteConnection connection, string project, List<Sample> samples, CancellationToken cancellationToken)
    {
        var rows = samples.Select(sample => (Series: _ids[(project, sample.Series)], Ts: sample.At.ToUnixTimeMilliseconds(), sample.Value)).OrderBy(row => row.Series).ThenBy(row => row.Ts);
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle!, "INSERT INTO samples (series, ts, value) VALUES (?, ?, ?) ON CONFLICT (series, ts) DO UPDATE SET value = excluded.value", out var statement), connection.Handle);
        using (statement)
        {
            foreach (var (series, ts, value) in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                raw.sqlite3_bind_int64(statement, 1, series);
                raw.sqlite3_bind_int64(statement, 2, ts);
                raw.sqlite3_bind_double(statement, 3, value);
                raw.sqlite3_step(statement);

                // Resetting tells again what went wrong with the step.
                SqliteException.ThrowExceptionForRC(raw.sqlite3_reset(statement), connection.Handle);
            }
        }
    }

    private async Task WriteManyAsync(DbConnection connection, DbTransaction transaction, string project, List<Sample> samples, CancellationToken cancellationToken)
    {
        // A statement may name a row once only: the last value of a time counts.
        var rows = samples.GroupBy(sample => (Series: _ids[(project, sample.Series)], Ts: sample.At.ToUnixTimeMilliseconds())).Select(group => (group.Key.Series, group.Key.Ts, group.Last().Value)).ToList();
        await using var command = new NpgsqlCommand(
            "INSERT INTO samples (series, ts, value) SELECT * FROM unnest(@series, @ts, @value) ON CONFLICT (series, ts) DO UPDATE SET value = excluded.value",
            (NpgsqlConnection)connection,
            (NpgsqlTransaction)transaction);
        command.Parameters.AddWithValue("series", rows.Select(row => row.Series).ToArray());
        command.Parameters.AddWithValue("ts", rows.Select(row => row.Ts).ToArray());
        command.Parameters.AddWithValue("value", rows.Select(row => row.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";
        public long Ts { get; set; }
        public double Value { get; set; }
    }
}
