using System.Text.Json;

namespace CacheKeeper.Storage;

/// <summary>Remembers small named documents of a project: cursors, switches, learned parameters.</summary>
internal sealed class NoteStore(StateStore state)
{
    /// <summary>The document, or null when it was never written.</summary>
    public async Task<T?> ReadAsync<T>(string project, string name, CancellationToken cancellationToken)
    {
        var text = await state.FindAsync<string>("SELECT document FROM notes WHERE project = @project AND name = @name", new { project, name }, cancellationToken);
        return text is null ? default : JsonSerializer.Deserialize<T>(text, StateJson.Options);
    }

    public Task WriteAsync<T>(string project, string name, T document, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            """
            INSERT INTO notes (project, name, document, updated_at) VALUES (@project, @name, @text, @at)
            ON CONFLICT (project, name) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at
            """,
            new { project, name, text = JsonSerializer.Serialize(document, StateJson.Options), at = now.ToUnixTimeMilliseconds() },
            cancellationToken);

    public Task DeleteAsync(string project, string name, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM notes WHERE project = @project AND name = @name", new { project, name }, cancellationToken);
}
