using System.Data.Common;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Alerts;

/// <summary>Remembers what the rules saw at each look.</summary>
internal sealed class LookStore(StateStore state)
{
    private (DateTimeOffset At, string Text)? _last;

    /// <summary>Writes a look within the transaction that records its plan; one that saw the same as the look before costs a time stamp only.</summary>
    public async Task WriteAsync(DbConnection connection, DbTransaction transaction, string project, Look look)
    {
        var text = LookDocument.Write(look.Inputs);
        var newest = await connection.ExecuteScalarAsync<long?>("SELECT max(at) FROM alert_looks WHERE project = @project", new { project }, transaction);
        var same = _last is { } last && last.Text == text && last.At.ToUnixTimeMilliseconds() == newest;
        await connection.ExecuteAsync(
            "INSERT INTO alert_looks (project, at, document) VALUES (@project, @at, @text) ON CONFLICT DO NOTHING",
            new { project, at = look.At.ToUnixTimeMilliseconds(), text = same ? null : text },
            transaction);
        _last = (look.At, text);
    }

    /// <summary>The looks of a stretch of time, oldest first. Those before the first whole one cannot be told and are left out.</summary>
    public async Task<IReadOnlyList<Look>> ReadAsync(string project, DateTimeOffset from, DateTimeOffset until, IReadOnlyList<Operand> questions, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            """
            SELECT at AS At, document AS Document FROM alert_looks WHERE project = @project AND at < @until
              AND at >= coalesce((SELECT max(at) FROM alert_looks WHERE project = @project AND at <= @from AND document IS NOT NULL), @from)
            ORDER BY at
            """,
            new { project, from = from.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            cancellationToken);
        var looks = new List<Look>(rows.Count);
        AlertInputs? inputs = null;
        foreach (var row in rows)
        {
            inputs = row.Document is { } text ? LookDocument.Read(text, questions) : inputs;
            if (inputs is not null)
            {
                looks.Add(new Look(DateTimeOffset.FromUnixTimeMilliseconds(row.At), inputs));
            }
        }

        return looks;
    }

    /// <summary>Forgets looks from before a moment, keeping the one that later ones refer to.</summary>
    public Task<int> ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            "DELETE FROM alert_looks WHERE project = @project AND at < (SELECT max(at) FROM alert_looks WHERE project = @project AND at <= @before AND document IS NOT NULL)",
            new { project, before = before.ToUnixTimeMilliseconds() },
            cancellationToken);

    private sealed class Row
    {
        public long At { get; set; }
        public string? Document { get; set; }
    }
}
