using System.Globalization;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Metrics;

/// <summary>Folds samples into 5 minutes, those into hours, those into days, and forgets what is past its retention.</summary>
internal sealed class RollupStore(StateStore state)
{
    private static readonly RollupLevel[] Levels = [RollupLevel.FiveMinutes, RollupLevel.Hour, RollupLevel.Day];

    /// <summary>Brings every bucket up to date that holds samples since then; doing it twice changes nothing.</summary>
    public Task FoldAsync(string project, DateTimeOffset since, CancellationToken cancellationToken) => FoldAsync(project, since, RollupLevel.Day, cancellationToken);

    /// <summary>The same up to a level.</summary>
    public Task FoldAsync(string project, DateTimeOffset since, RollupLevel coarsest, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                foreach (var level in Levels.Where(level => level <= coarsest))
                {
                    var from = since.ToUnixTimeMilliseconds() / (long)level * (long)level;
                    var command = new CommandDefinition(level == RollupLevel.FiveMinutes ? FromSamples(level) : FromRollups(level), new { project, from }, transaction, cancellationToken: cancellationToken);
                    await connection.ExecuteAsync(command);
                }

                return 0;
            },
            cancellationToken);

    /// <summary>Removes what each level need not hold any more.</summary>
    /// <returns>How many rows went.</returns>
    public Task<long> ForgetAsync(string project, RetentionPolicy retention, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                long gone = await connection.ExecuteAsync(
                    "DELETE FROM samples WHERE series IN (SELECT id FROM series WHERE project = @project) AND ts < @before", new { project, before = (now - retention.Of(RollupLevel.Raw)).ToUnixTimeMilliseconds() }, transaction);
                foreach (var level in Levels)
                {
                    gone += await connection.ExecuteAsync(
                        "DELETE FROM rollups WHERE series IN (SELECT id FROM series WHERE project = @project) AND level = @level AND ts < @before",
                        new { project, level = (long)level, before = (now - retention.Of(level)).ToUnixTimeMilliseconds() },
                        transaction);
                }

                return gone;
            },
            cancellationToken);

    private static string FromSamples(RollupLevel level) => Fold(level, "v.value", "1", "v.value", "v.value", "samples v ON v.series = s.id");

    private static string FromRollups(RollupLevel level) =>
        Fold(level, "v.total", "v.samples", "v.least", "v.most", $"rollups v ON v.series = s.id AND v.level = {Text((long)Finer(level))}");

    private static string Fold(RollupLevel level, string total, string samples, string least, string most, string join) => $"""
        INSERT INTO rollups (series, level, ts, samples, total, least, most)
        SELECT s.id, {Text((long)level)}, v.ts / {Text((long)level)} * {Text((long)level)}, sum({samples}), sum({total}), min({least}), max({most})
        FROM series s JOIN {join} AND v.ts >= @from WHERE s.project = @project
        GROUP BY s.id, v.ts / {Text((long)level)}
        ON CONFLICT (series, level, ts) DO UPDATE SET samples = excluded.samples, total = excluded.total, least = excluded.least, most = excluded.most
        """;

    private static RollupLevel Finer(RollupLevel level) => level == RollupLevel.Day ? RollupLevel.Hour : RollupLevel.FiveMinutes;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
