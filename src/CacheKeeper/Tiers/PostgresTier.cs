using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>The PostgreSQL tier: one table, read by primary key, removed by identity and version in short transactions.</summary>
/// <remarks>Works with SELECT, UPDATE and DELETE on its table; INSERT is needed only to restore.</remarks>
internal sealed class PostgresTier(NpgsqlDataSource source, PostgresSettings settings, TimeProvider time) : ITier, IClockedTier
{
    private readonly PostgresClient _client = new(source, settings);

    public TierName Name => TierName.Postgresql;

    public TierMeter Meter => _client.Meter;

    private PostgresEntryStore Entries => new(_client, time);

    private PostgresChangeStore Changes => new(_client);

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var steps = new List<ProbeStep>();
        string? server = null;
        TierException? failure = null;
        var at = time.GetUtcNow();
        try
        {
            var begun = time.GetTimestamp();
            await using var connection = await _client.OpenAsync(cancellationToken);
            server = "PostgreSQL " + connection.ServerVersion;
            steps.Add(new ProbeStep("connect", true, time.GetElapsedTime(begun)));
            begun = time.GetTimestamp();
            await using var command = new NpgsqlCommand($"SELECT 1 FROM {_client.Table} LIMIT 1", connection);
            await command.ExecuteScalarAsync(cancellationToken);
            Meter.Count(1);
            steps.Add(new ProbeStep("read", true, time.GetElapsedTime(begun)));
        }
        catch (Exception e) when (PostgresClient.IsOfTheServer(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            failure = _client.Failure(steps.Count == 0 ? "connect" : "read", e);
            steps.Add(new ProbeStep(failure.Operation, false, time.GetUtcNow() - at, failure.Cause));
        }

        return new ProbeResult(Name, at, steps) { Server = server, Hint = failure?.Hint ?? "", Failure = failure };
    }

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) => new PostgresLookStore(_client, settings, time).LookAsync(scope, asOf, cancellationToken);

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) => Entries.ScanAsync(filter, cancellationToken);

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => Entries.FindAsync(scope, ids, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => Entries.ReadAsync(scope, entries, cancellationToken);

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) => Changes.RemoveAsync(batch, receipt, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        Changes.RewriteAsync(scope, rewrites, deadline, receipt, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        new PostgresRestoreStore(_client).RestoreAsync(scope, entries, mode, now, cancellationToken);

    /// <summary>Which of these hashes are this project's: Redis keys carry no project, rows do.</summary>
    public Task<IReadOnlyDictionary<string, OwnedHash>> FindHashesAsync(string project, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) => Entries.FindHashesAsync(project, hashes, cancellationToken);

    public Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken) =>
        RunAsync("ask the clock", async (connection, _) =>
        {
            await using var command = new NpgsqlCommand("SELECT clock_timestamp(), current_database() || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || to_regclass(@table)::oid", connection);
            command.Parameters.AddWithValue("table", _client.Table);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            return (row.Instant(0)!.Value, row.Text(1));
        }, cancellationToken);

    /// <summary>Whether the keeper is let in as a superuser.</summary>
    public Task<bool> IsSuperuserAsync(CancellationToken cancellationToken) =>
        RunAsync("ask who we are", async (connection, _) =>
        {
            await using var command = new NpgsqlCommand("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", connection);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }, cancellationToken);

    /// <summary>Runs other rooms' work on one connection with the table's shape known; turns failures into sentences.</summary>
    public Task<T> RunAsync<T>(string operation, Func<NpgsqlConnection, PostgresTable, Task<T>> work, CancellationToken cancellationToken) => _client.RunAsync(operation, work, cancellationToken);

    /// <summary>Closes idle connections, and busy ones when their work ends: the next are made anew.</summary>
    public void RecycleConnections() => _client.RecycleConnections();

    /// <summary>A connection of one's own, for streams that outlive one call; the caller disposes it and tells its failures with <see cref="Explain"/>.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            Meter.Count(1);
            return await _client.OpenAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresClient.IsOfTheServer(e))
        {
            throw _client.Failure("connect", e);
        }
    }

    /// <summary>The table's shape.</summary>
    public Task<PostgresTable> TableAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => _client.TableAsync(connection, cancellationToken);

    /// <summary>What failed, as a sentence and what to do about it.</summary>
    public TierException Explain(string operation, Exception e) => _client.Failure(operation, e);

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
