using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Client;

/// <summary>Writes counters, hits of entries and the sampled access log to PostgreSQL in batches, off the path of the lookups.</summary>
internal sealed class StatisticsWriter : IAsyncDisposable
{
    private const int LogBatch = 5000;
    private const int FlushesBetweenTrims = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly PostgreSqlDatabase? database;
    private readonly CacheCounters counters;
    private readonly UseLog uses;
    private readonly StatisticsSettings settings;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource ending = new();
    private readonly Task flushing;
    private int flushes;

    public StatisticsWriter(PostgreSqlDatabase? database, CacheCounters counters, UseLog uses, StatisticsSettings settings, TimeProvider time)
    {
        this.database = database;
        this.counters = counters;
        this.uses = uses;
        this.settings = settings;
        this.time = time;
        flushing = database is null ? Task.CompletedTask : FlushForeverAsync();
    }

    /// <summary>Writes what there is; what cannot be written stays for the next time. Throws what went wrong.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (database is null)
        {
            return;
        }

        await writing.WaitAsync(cancellationToken);
        try
        {
            var shape = await database.FreshShapeAsync(cancellationToken);
            await WriteCountersAsync(shape, cancellationToken);
            await WriteTouchesAsync(shape, cancellationToken);
            await WriteLogAsync(shape, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await flushing;
        await TryFlushAsync(CancellationToken.None);
        ending.Dispose();
        writing.Dispose();
    }

    private async Task WriteCountersAsync(PostgreSqlShape shape, CancellationToken cancellationToken)
    {
        var changes = counters.Take();
        if (!shape.HasStats || changes.Count == 0)
        {
            return;
        }

        await database!.ExecuteAsync(
            PostgreSqlStatements.Count,
            [
                changes.Select(NameOf).ToArray(), changes.Select(change => change.Amount).ToArray(), changes.Select(change => change.Key.Category).ToArray(),
                changes.Select(change => change.Key.Tier).ToArray(), changes.Select(change => change.Key.Kind).ToArray(), settings.Project,
            ],
            cancellationToken);
        counters.Settle(changes);
    }

    private async Task WriteTouchesAsync(PostgreSqlShape shape, CancellationToken cancellationToken)
    {
        var touches = shape.HasEntries ? uses.TakeTouched() : [];
        if (touches.Count == 0)
        {
            return;
        }

        try
        {
            await database!.ExecuteAsync(
                PostgreSqlStatements.Touch(shape),
                [settings.Project, touches.Select(touch => touch.QueryHash).ToArray(), touches.Select(touch => touch.Hits).ToArray(), touches.Select(Naive).ToArray()],
                cancellationToken);
        }
        catch
        {
            uses.Return(touches);
            throw;
        }
    }

    private async Task WriteLogAsync(PostgreSqlShape shape, CancellationToken cancellationToken)
    {
        var lookups = shape.HasAccessLog ? uses.TakeLogged(LogBatch) : [];
        try
        {
            if (lookups.Count > 0)
            {
                await database!.ExecuteAsync(PostgreSqlStatements.Log, Values(lookups), cancellationToken);
            }
        }
        catch
        {
            uses.Return(lookups);
            throw;
        }

        if (shape.HasAccessLog && flushes++ % FlushesBetweenTrims == 0)
        {
            await database!.ExecuteAsync(PostgreSqlStatements.TrimLog, [settings.Project, (time.GetUtcNow() - settings.AccessLogFor).UtcDateTime], cancellationToken);
        }
    }

    private object?[] Values(List<LoggedLookup> lookups) =>
    [
        settings.Project, lookups.Select(lookup => lookup.QueryHash).ToArray(), lookups.Select(lookup => lookup.At.UtcDateTime).ToArray(),
        lookups.Select(lookup => lookup.Tier).ToArray(), lookups.Select(lookup => lookup.Category).ToArray(), lookups.Select(lookup => lookup.Agent).ToArray(),
        lookups.Select(lookup => lookup.Bytes).ToArray(), (float)uses.AccessLogRate,
    ];

    private string NameOf(CounterChange change) => new CacheStatName(change.Key.Kind, change.Key.Tier, change.Key.Category, settings.Project).ToString();

    private static DateTime Naive(Touch touch) => DateTime.SpecifyKind(touch.At.UtcDateTime, DateTimeKind.Unspecified);

    private async Task FlushForeverAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(settings.Interval, time);
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                await TryFlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is being disposed; the last flush follows.
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await FlushAsync(limit.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Kept for the next time. The gateway's lookups must not suffer for our counting.
        }
    }
}

/// <summary>How the statistics are written.</summary>
internal sealed record StatisticsSettings(string Project, TimeSpan Interval, TimeSpan AccessLogFor);
