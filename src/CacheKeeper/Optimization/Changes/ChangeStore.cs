using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Optimization.Changes;

/// <summary>Remembers every change of the optimizer with its promise and its verdict.</summary>
internal sealed class ChangeStore(StateStore state, string project)
{
    private const int Most = 1000;

    /// <summary>Adds a change, or writes down what became of it.</summary>
    public Task WriteAsync(Change change, CancellationToken cancellationToken) => state.ExecuteAsync(
        """
        INSERT INTO optimizer_changes (change, project, run, applied_at, state, document) VALUES (@Id, @project, @Run, @at, @state, @document)
        ON CONFLICT (change) DO UPDATE SET state = excluded.state, document = excluded.document
        """,
        new
        {
            change.Id,
            project,
            change.Run,
            at = change.AppliedAt.ToUnixTimeMilliseconds(),
            state = JsonNamingPolicy.SnakeCaseLower.ConvertName(change.State.ToString()),
            document = JsonSerializer.Serialize(change, StateJson.Options),
        },
        cancellationToken);

    /// <summary>All changes, the newest first.</summary>
    public async Task<IReadOnlyList<Change>> ListAsync(CancellationToken cancellationToken)
    {
        var documents = await state.QueryAsync<string>(
            "SELECT document FROM optimizer_changes WHERE project = @project ORDER BY applied_at DESC, change DESC LIMIT @Most", new { project, Most }, cancellationToken);
        return [.. documents.Select(document => JsonSerializer.Deserialize<Change>(document, StateJson.Options)!)];
    }
}
