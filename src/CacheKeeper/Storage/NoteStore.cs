using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CacheKeeper.Storage;

/// <summary>Remembers small named documents of a project: cursors, switches, learned parameters.</summary>
internal sealed class NoteStore(StateStore state)
{
    /// <summary>The document, or null when it was never written.</summary>
    public async Task<T?> ReadAsync<T>(string project, string name, CancellationToken cancellationToken) =>
        await FindAsync(project, name, cancellationToken) is { } text ? JsonSerializer.Deserialize<T>(text, StateJson.Options) : default;

    /// <param name="kind">How the document is read, prepared by the compiler: for what a command reads before it says a word.</param>
    /// <inheritdoc cref="ReadAsync{T}(string, string, CancellationToken)"/>
    public async Task<T?> ReadAsync<T>(string project, string name, JsonTypeInfo<T> kind, CancellationToken cancellationToken) =>
        await FindAsync(project, name, cancellationToken) is { } text ? JsonSerializer.Deserialize(text, kind) : default;

    private async Task<string?> FindAsync(string project, string name, CancellationToken cancellationToken)
    {
        var found = await state.ReadAsync("SELECT document FROM notes WHERE project = @project AND name = @name", row => row.GetString(0), cancellationToken, ("@project", project), ("@name", name));
        return found is [var text] ? text : null;
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
