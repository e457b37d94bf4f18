using Npgsql;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>A cleanup's load while something else is measured: rows written and removed in batches, on the same machine and disk.</summary>
internal sealed class Sweeping : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly NpgsqlDataSource _source;
    private readonly Task _work;

    private Sweeping(NpgsqlDataSource source) => (_source, _work) = (source, SweepAsync(source, _stop.Token));

    public static async Task<IAsyncDisposable> StartAsync(string connection, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("CREATE TABLE swept (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new Sweeping(source);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _work;
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }

        await _source.DisposeAsync();
        _stop.Dispose();
    }

    private static async Task SweepAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (true)
        {
            foreach (var sql in (string[])["INSERT INTO swept (body) SELECT repeat('x', 500) FROM generate_series(1, 1000)", "DELETE FROM swept WHERE id IN (SELECT id FROM swept ORDER BY id LIMIT 1000)"])
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync(cancellationToken);
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
