using System.Globalization;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Cleanup.Regret;

/// <summary>Remembers removed entries for a while: a hash, a reason, a time, and when each came back.</summary>
internal sealed class GhostStore(StateStore state, string project)
{
    private const string Add = """
        INSERT INTO ghosts (project, run, hash, category, reason, removed_at, weight) VALUES (@project, @run, @hash, @category, @reason, @removed_at, @weight)
        ON CONFLICT (project, run, hash) DO NOTHING
        """;

    public async Task AddAsync(string run, IReadOnlyList<Ghost> ghosts, CancellationToken cancellationToken)
    {
        if (ghosts.Count == 0)
        {
            return;
        }

        await state.InTransactionAsync(async (connection, transaction) =>
        {
            foreach (var ghost in ghosts)
            {
                await StatementStore.ExecuteAsync(
                    connection, transaction, Add, ("@project", project), ("@run", run), ("@hash", ghost.Hash), ("@category", ghost.Category), ("@reason", ghost.Reason.ToString()),
                    ("@removed_at", ghost.RemovedAt.ToUnixTimeMilliseconds()), ("@weight", ghost.Weight));
            }

            return ghosts.Count;
        }, cancellationToken);
    }

    /// <summary>What is remembered since of removals for these reasons, oldest first.</summary>
    public Task<IReadOnlyList<Ghost>> ReadAsync(DateTimeOffset since, IReadOnlyList<RemovalReason> reasons, CancellationToken cancellationToken) =>
        ReadAsync(OneOf(reasons), Parameters(since, reasons), cancellationToken);

    /// <summary>What is remembered since and has not come back, oldest first.</summary>
    public Task<IReadOnlyList<Ghost>> ReadGoneAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync("returned_at IS NULL", Parameters(since, []), cancellationToken);

    /// <summary>Entries that came back ÷ entries removed, over what is remembered since for these reasons; null when nothing is.</summary>
    public Task<double?> ShareReturnedAsync(DateTimeOffset since, IReadOnlyList<RemovalReason> reasons, CancellationToken cancellationToken) =>
        state.FindAsync<double?>(
            $"""
            SELECT sum(CASE WHEN returned_at IS NULL THEN 0 ELSE weight END) / sum(weight) FROM ghosts
            WHERE project = @project AND removed_at >= @since AND {OneOf(reasons)}
            """,
            Parameters(since, reasons),
            cancellationToken);

    private async Task<IReadOnlyList<Ghost>> ReadAsync(string condition, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            $"""
            SELECT hash AS Hash, category AS Category, reason AS Reason, removed_at AS RemovedAt, weight AS Weight, returned_at AS ReturnedAt FROM ghosts
            WHERE project = @project AND removed_at >= @since AND {condition} ORDER BY removed_at, hash
            """,
            parameters,
            cancellationToken);
        return [.. rows.Select(row => row.ToGhost())];
    }

    // A parameter for each: the two databases know no list that both would take.
    private static string OneOf(IReadOnlyList<RemovalReason> reasons) => $"reason IN ({string.Join(", ", Enumerable.Range(0, reasons.Count).Select(Name))})";

    private DynamicParameters Parameters(DateTimeOffset since, IReadOnlyList<RemovalReason> reasons)
    {
        var parameters = new DynamicParameters(new { project, since = since.ToUnixTimeMilliseconds() });
        for (var i = 0; i < reasons.Count; i++)
        {
            parameters.Add(Name(i), reasons[i].ToString());
        }

        return parameters;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"@reason{number}");

    public async Task MarkReturnedAsync(IReadOnlyList<Ghost> ghosts, CancellationToken cancellationToken)
    {
        var rows = ghosts.Select(ghost => new { project, ghost.Hash, RemovedAt = ghost.RemovedAt.ToUnixTimeMilliseconds(), ReturnedAt = ghost.ReturnedAt!.Value.ToUnixTimeMilliseconds() });
        await state.InTransactionAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "UPDATE ghosts SET returned_at = @ReturnedAt WHERE project = @project AND hash = @Hash AND removed_at = @RemovedAt AND returned_at IS NULL", rows, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    /// <summary>A run that was taken back leaves nothing to regret.</summary>
    public Task ForgetAsync(string run, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM ghosts WHERE project = @project AND run = @run", new { project, run }, cancellationToken);

    public Task ForgetBeforeAsync(DateTimeOffset end, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM ghosts WHERE project = @project AND removed_at < @end", new { project, end = end.ToUnixTimeMilliseconds() }, cancellationToken);

    private sealed class Row
    {
        public string Hash { get; set; } = "";
        public string Category { get; set; } = "";
        public string Reason { get; set; } = "";
        public long RemovedAt { get; set; }
        public double Weight { get; set; }
        public long? ReturnedAt { get; set; }

        public Ghost ToGhost() => new(
            Hash, Category, Enum.Parse<RemovalReason>(Reason), DateTimeOffset.FromUnixTimeMilliseconds(RemovedAt), Weight, ReturnedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }
}
