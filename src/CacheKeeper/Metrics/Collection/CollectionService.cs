using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Looks at everything a collection is made of, within its budget of calls. What fails is unknown and says why.</summary>
internal sealed class CollectionService(IReadOnlyList<ITier> tiers, MetricsPolicy policy, RegretReader? regret = null)
{
    // A restarted process may get the same number: then its calls since the start would be taken for none, never for too many.
    private static readonly string ProcessName = $"{Environment.MachineName}/{Environment.ProcessId}";

    public async Task<(Collected Seen, CollectionMemory Next, IReadOnlyList<string> Errors)> CollectAsync(string project, CollectionMemory before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var snapshots = TierLookService.LookAsync(tiers, new TierScope(project), now, Budget, cancellationToken);
        var errors = new List<string>();
        var postgres = tiers.OfType<PostgresTier>().FirstOrDefault();
        var rows = postgres is null ? null : await KnownAsync(() => RowFigureStore.ReadAsync(postgres, project, now, cancellationToken), "rows", errors);
        var questions = postgres is null ? null : await KnownAsync(() => QuestionSampleStore.ReadAsync(postgres, project, now, policy.SimilaritySample, cancellationToken), "questions", errors);
        var counters = postgres is null ? null : await KnownAsync(() => ClientCounterStore.ReadAsync(postgres, project, now, cancellationToken), "counters", errors);
        var seen = new Collected(now)
        {
            Tiers = await snapshots,
            Rows = rows,
            Alike = questions is null ? null : ScoreSpread.Of(questions),
            LastHour = counters is null ? null : before.LastHour(counters, policy.LongestWindow),
            SinceBefore = counters is null ? null : before.SinceBefore(counters),
            Since = now > before.At ? now - before.At : null,
            Regret = regret is null ? null : await regret(project, now, cancellationToken),
        };
        var redis = seen.Seen(TierName.Upstash) is { } look ? RedisFigures.Of(look.Figures) : before.Redis;
        var calls = TierCalls.Of(tiers);
        errors.InsertRange(0, seen.Tiers.Where(snapshot => snapshot.Error is not null).Select(snapshot => $"{snapshot.Tier.Title()}: {snapshot.Error}"));
        return (
            seen with
            {
                RedisRises = seen.Seen(TierName.Upstash) is null ? new Dictionary<string, double>() : RedisFigures.Rises(before.Redis, redis),
                Calls = before.At is null ? null : calls.Since(before.Process == ProcessName ? before.Calls : null),
            },
            new CollectionMemory { At = now, Readings = counters is null ? before.Readings : before.With(counters), Redis = redis, Calls = calls, Process = ProcessName },
            errors);
    }

    private int? Budget(TierName tier) => tier switch
    {
        TierName.Upstash => policy.MostRedisCommands,
        TierName.Mem0 => policy.MostMem0Requests,
        _ => null,
    };

    private static async Task<T?> KnownAsync<T>(Func<Task<T>> read, string what, List<string> errors)
    {
        try
        {
            return await read();
        }
        catch (TierException e)
        {
            errors.Add($"{e.Tier.Title()} ({what}): {e.Cause}");
            return default;
        }
    }
}

/// <summary>Of the entries removed lately, the share asked for again; null when that is not known.</summary>
internal delegate Task<double?> RegretReader(string project, DateTimeOffset now, CancellationToken cancellationToken);
