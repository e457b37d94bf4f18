using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Remembers what each detector has learned, and the alarms they gave.</summary>
internal sealed class AnomalyStore(StateStore state)
{
    /// <summary>The saved detectors by series; one never saved is missing.</summary>
    public async Task<IReadOnlyDictionary<string, SavedDetector>> DetectorsAsync(string project, CancellationToken cancellationToken) =>
        (await state.QueryAsync<DetectorRow>("SELECT series AS Series, seen_until AS SeenUntil, state AS State FROM detectors WHERE project = @project", new { project }, cancellationToken))
        .ToDictionary(row => row.Series, row => new SavedDetector(DateTimeOffset.FromUnixTimeMilliseconds(row.SeenUntil), row.State));

    public Task SaveAsync(string project, IReadOnlyDictionary<string, SavedDetector> detectors, CancellationToken cancellationToken) =>
        detectors.Count == 0 ? Task.CompletedTask : state.InTransactionAsync(
            async (connection, transaction) =>
            {
                foreach (var (series, detector) in detectors)
                {
                    await connection.ExecuteAsync(
                        """
                        INSERT INTO detectors (project, series, seen_until, state) VALUES (@project, @series, @until, @learned)
                        ON CONFLICT (project, series) DO UPDATE SET seen_until = excluded.seen_until, state = excluded.state
                        """,
                        new { project, series, until = detector.SeenUntil.ToUnixTimeMilliseconds(), learned = detector.State },
                        transaction);
                }

                return 0;
            },
            cancellationToken);

    /// <summary>Writes alarms; one already written is left as it is.</summary>
    /// <returns>Those that are new.</returns>
    public Task<IReadOnlyList<AnomalyAlarm>> AddAsync(string project, IReadOnlyList<AnomalyAlarm> alarms, CancellationToken cancellationToken) =>
        alarms.Count == 0 ? Task.FromResult<IReadOnlyList<AnomalyAlarm>>([]) : state.InTransactionAsync<IReadOnlyList<AnomalyAlarm>>(
            async (connection, transaction) =>
            {
                var added = new List<AnomalyAlarm>();
                foreach (var alarm in alarms)
                {
                    if (await connection.ExecuteAsync(
                        """
                        INSERT INTO anomalies (project, series, at, value, score, signal, once_per_ms) VALUES (@project, @series, @at, @value, @score, @signal, @rare)
                        ON CONFLICT (project, at, series) DO NOTHING
                        """,
                        new { project, series = alarm.Series, at = alarm.At.ToUnixTimeMilliseconds(), value = alarm.Value, score = alarm.Score, signal = alarm.Leading.ToString(), rare = alarm.OncePer?.TotalMilliseconds },
                        transaction) == 1)
                    {
                        added.Add(alarm);
                    }
                }

                return added;
            },
            cancellationToken);

    /// <summary>The alarms in [from, to), in order of time.</summary>
    public async Task<IReadOnlyList<AnomalyAlarm>> AlarmsAsync(string project, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        [.. (await state.QueryAsync<AlarmRow>(
            "SELECT series AS Series, at AS At, value AS Value, score AS Score, signal AS Leading, once_per_ms AS OncePerMs FROM anomalies WHERE project = @project AND at >= @from AND at < @to ORDER BY at, series",
            new { project, from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds() },
            cancellationToken)).Select(row => row.ToAlarm())];

    public Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM anomalies WHERE project = @project AND at < @before", new { project, before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    private sealed class DetectorRow
    {
        public string Series { get; set; } = "";
        public long SeenUntil { get; set; }
        public byte[] State { get; set; } = [];
    }

    private sealed class AlarmRow
    {
        public string Series { get; set; } = "";
        public long At { get; set; }
        public double Value { get; set; }
        public double Score { get; set; }
        public string Leading { get; set; } = "";
        public double? OncePerMs { get; set; }

        public AnomalyAlarm ToAlarm() => new(
            Series, DateTimeOffset.FromUnixTimeMilliseconds(At), Value, Score, Enum.Parse<AnomalySignal>(Leading), OncePerMs is { } rare ? TimeSpan.FromMilliseconds(rare) : null);
    }
}

/// <summary>What a detector had learned when it had seen its series until then.</summary>
internal sealed record SavedDetector(DateTimeOffset SeenUntil, byte[] State);
