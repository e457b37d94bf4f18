using System.Security.Cryptography;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>Keeps the key that signs the links to acknowledge; all keepers of one state share it.</summary>
internal sealed class AcknowledgeKeyStore(StateStore state)
{
    private const string Note = "alerts.acknowledge-key";
    private const int Bytes = 32;

    /// <summary>The project's key; made the first time.</summary>
    public async Task<byte[]> ReadAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Two keepers may start together: the first key stays.
        await state.ExecuteAsync(
            "INSERT INTO notes (project, name, document, updated_at) VALUES (@project, @Note, @document, @at) ON CONFLICT DO NOTHING",
            new { project, Note, document = $"\"{Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes))}\"", at = now.ToUnixTimeMilliseconds() },
            cancellationToken);
        return Convert.FromBase64String((await new NoteStore(state).ReadAsync<string>(project, Note, cancellationToken))!);
    }
}
