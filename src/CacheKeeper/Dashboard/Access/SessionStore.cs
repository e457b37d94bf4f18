using System.Security.Cryptography;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Sessions of the page: begun, found by their cookie, listed, ended. The cookie is 256 random bits; only its SHA-256 is kept.</summary>
internal sealed class SessionStore(StateStore state)
{
    private const string Columns = "id AS Id, token_id AS Owner, name AS Name, grants AS Grants, signed_in_at AS SignedInAt, created_at AS CreatedAt, seen_at AS SeenAt, ends_at AS EndsAt, address AS Address, agent AS Agent";

    // Signing in and revoking may cross: a session written a moment after its token was revoked is none.
    private const string Stands = "NOT EXISTS (SELECT 1 FROM access_tokens WHERE access_tokens.id = access_sessions.token_id AND access_tokens.revoked_at IS NOT NULL)";

    // A session's last use is written at most this often: reading a page costs no write.
    private static readonly TimeSpan SeenStep = TimeSpan.FromSeconds(30);

    /// <summary>Begins a session and gives its cookie's text, which is not kept anywhere.</summary>
    public async Task<string> BeginAsync(SessionDraft draft, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var (cookie, at) = (AccessStore.NewSecret(), now.ToUnixTimeMilliseconds());
        await state.ExecuteAsync("DELETE FROM access_sessions WHERE ends_at <= @at", new { at }, cancellationToken);
        await state.ExecuteAsync(
            """
            INSERT INTO access_sessions (hash, id, token_id, name, role, grants, signed_in_at, created_at, seen_at, ends_at, address, agent)
            VALUES (@hash, @id, @Owner, @Name, @role, @grants, @signedIn, @at, @at, @ends, @Address, @Agent)
            """,
            new
            {
                hash = AccessStore.Hash(cookie),
                id = "session-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
                draft.Owner,
                draft.Name,
                role = draft.Grants.Max(grant => grant.Role).ToString(),
                grants = ProjectGrant.Join(draft.Grants),
                signedIn = Math.Min(at, draft.SignedInAt.ToUnixTimeMilliseconds()),
                at,
                ends = (now + policy.LastsFor).ToUnixTimeMilliseconds(),
                draft.Origin.Address,
                draft.Origin.Agent,
            },
            cancellationToken);
        return cookie;
    }

    /// <summary>Whose session the cookie is; null when it ended, was idle too long, or was revoked.</summary>
    /// <param name="uses">Whether this request counts as use; what the page asks for by itself does not.</param>
    public async Task<SessionRecord?> FindAsync(string cookie, bool uses, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var (hash, at) = (AccessStore.Hash(cookie), now.ToUnixTimeMilliseconds());
        var row = await state.FindAsync<SessionRow>($"SELECT {Columns} FROM access_sessions WHERE hash = @hash AND {Stands}", new { hash }, cancellationToken);
        if (row is null || row.EndsAt <= at || row.SeenAt <= IdleSince(now, policy))
        {
            return null;
        }

        if (uses && at - row.SeenAt >= SeenStep.TotalMilliseconds)
        {
            await state.ExecuteAsync("UPDATE access_sessions SET seen_at = @at WHERE hash = @hash", new { at, hash }, cancellationToken);
        }

        return row.ToSession();
    }

    /// <summary>The sessions that still stand, the newest first: those of one owner, or all.</summary>
    public async Task<IReadOnlyList<SessionRecord>> ListAsync(string? owner, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken) =>
    [
        .. (await state.QueryAsync<SessionRow>(
            $"SELECT {Columns} FROM access_sessions WHERE ends_at > @at AND seen_at > @idle AND (@owner IS NULL OR token_id = @owner) AND {Stands} ORDER BY created_at DESC, id",
            new { at = now.ToUnixTimeMilliseconds(), idle = IdleSince(now, policy), owner },
            cancellationToken)).Select(row => row.ToSession()),
    ];

    /// <summary>Ends one session by its id; false when there is none of that id (or it is not the owner's).</summary>
    public async Task<bool> EndAsync(string id, string? owner, CancellationToken cancellationToken) =>
        await state.ExecuteAsync("DELETE FROM access_sessions WHERE id = @id AND (@owner IS NULL OR token_id = @owner)", new { id, owner }, cancellationToken) > 0;

    /// <summary>Ends every session of an owner, or of all; except the one named, when one is.</summary>
    /// <returns>How many ended.</returns>
    public Task<int> EndAllAsync(string? owner, string? except, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM access_sessions WHERE (@owner IS NULL OR token_id = @owner) AND (@except IS NULL OR id <> @except)", new { owner, except }, cancellationToken);

    public Task SignOutAsync(string cookie, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM access_sessions WHERE hash = @hash", new { hash = AccessStore.Hash(cookie) }, cancellationToken);

    private static long IdleSince(DateTimeOffset now, AccessPolicy policy) => (now - policy.IdleFor).ToUnixTimeMilliseconds();
}
