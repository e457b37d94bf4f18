using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Tokens and sessions. What is shown once (a token, a cookie) is 256 random bits; only its SHA-256 is kept.</summary>
internal sealed class AccessStore(StateStore state)
{
    private const int SecretBytes = 32;
    private const string TokenColumns = "id AS Id, name AS Name, role AS Role, projects AS Projects, setup AS Setup, created_at AS CreatedAt, expires_at AS ExpiresAt, used_at AS UsedAt, revoked_at AS RevokedAt";

    // A session's last use is written at most this often: reading a page costs no write.
    private static readonly TimeSpan SeenStep = TimeSpan.FromSeconds(30);

    /// <summary>Makes a token and gives its text, which is not kept anywhere.</summary>
    public async Task<(TokenRecord Token, string Text)> CreateAsync(string name, Role role, IReadOnlyList<string>? projects, DateTimeOffset now, DateTimeOffset? expiresAt, bool setup, CancellationToken cancellationToken)
    {
        var text = "ck_" + NewSecret();
        var token = new TokenRecord("token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)), name, role, projects, setup, now) { ExpiresAt = expiresAt };
        await state.ExecuteAsync(
            """
            INSERT INTO access_tokens (id, name, hash, role, projects, setup, created_at, expires_at) VALUES (@Id, @Name, @hash, @role, @projects, @setup, @now, @until)
            """,
            new { token.Id, token.Name, hash = Hash(text), role = role.ToString(), projects = AccessRow.Join(projects), setup = setup ? 1 : 0, now = now.ToUnixTimeMilliseconds(), until = expiresAt?.ToUnixTimeMilliseconds() },
            cancellationToken);
        return (token, text);
    }

    /// <summary>The text of a fresh set-up token for the link printed at the first start; null once an administrator has signed in or has a token.</summary>
    public async Task<string?> NewSetupAsync(DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var tokens = await ListAsync(cancellationToken);
        if (tokens.Any(token => token.Role == Role.Admin && token.RevokedAt is null && (token.Setup ? token.UsedAt is not null : token.IsUsable(now))))
        {
            return null;
        }

        await state.ExecuteAsync("DELETE FROM access_tokens WHERE setup = 1 AND used_at IS NULL", null, cancellationToken);
        return (await CreateAsync("administrator", Role.Admin, null, now, now + policy.SetupFor, setup: true, cancellationToken)).Text;
    }

    public async Task<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await state.QueryAsync<AccessRow>($"SELECT {TokenColumns} FROM access_tokens ORDER BY created_at DESC, id", null, cancellationToken)).Select(row => row.ToToken())];

    /// <summary>Ends a token and every session that came from it; false when there is none of that id.</summary>
    public async Task<bool> RevokeAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await state.ExecuteAsync("DELETE FROM access_sessions WHERE token_id = @id", new { id }, cancellationToken);
        return await state.ExecuteAsync("UPDATE access_tokens SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", new { id, now = now.ToUnixTimeMilliseconds() }, cancellationToken) == 1;
    }

    /// <summary>Who shows this token with a request; null for a wrong, expired, revoked or set-up token.</summary>
    public async Task<Caller?> FindTokenAsync(string text, DateTimeOffset now, CancellationToken cancellationToken) =>
        await FindAsync(text, cancellationToken) is { } row && row.ToToken() is { Setup: false } token && token.IsUsable(now) ? row.ToCaller(null) : null;

    /// <summary>Begins a session and gives the cookie's text; null for a token that does not open one here.</summary>
    /// <param name="setup">Whether a set-up token is shown (it works once) or an ordinary one.</param>
    public async Task<string?> SignInAsync(string text, bool setup, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        if (await FindAsync(text, cancellationToken) is not { } row || row.ToToken() is not { Role: not Role.Application } token || token.Setup != setup || !token.IsUsable(now))
        {
            return null;
        }

        var at = now.ToUnixTimeMilliseconds();
        var used = await state.ExecuteAsync("UPDATE access_tokens SET used_at = @at WHERE id = @Id AND (setup = 0 OR used_at IS NULL)", new { at, token.Id }, cancellationToken);
        if (used == 0)
        {
            return null;
        }

        var cookie = NewSecret();
        await state.ExecuteAsync("DELETE FROM access_sessions WHERE ends_at <= @at", new { at }, cancellationToken);
        await state.ExecuteAsync(
            "INSERT INTO access_sessions (hash, token_id, name, role, projects, signed_in_at, seen_at, ends_at) VALUES (@hash, @Id, @Name, @Role, @Projects, @at, @at, @ends)",
            new { hash = Hash(cookie), row.Id, row.Name, row.Role, row.Projects, at, ends = (now + policy.LastsFor).ToUnixTimeMilliseconds() },
            cancellationToken);
        return cookie;
    }

    /// <summary>Whose session the cookie is; null when it ended, was idle too long, or was revoked.</summary>
    /// <param name="uses">Whether this request counts as use; what the page asks for by itself does not.</param>
    public async Task<Caller?> FindSessionAsync(string cookie, bool uses, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        var hash = Hash(cookie);
        var row = await state.FindAsync<AccessRow>(
            "SELECT token_id AS Id, name AS Name, role AS Role, projects AS Projects, signed_in_at AS SignedInAt, seen_at AS SeenAt, ends_at AS EndsAt FROM access_sessions WHERE hash = @hash",
            new { hash },
            cancellationToken);
        var at = now.ToUnixTimeMilliseconds();
        if (row is null || row.EndsAt <= at || row.SeenAt + (long)policy.IdleFor.TotalMilliseconds <= at)
        {
            return null;
        }

        if (uses && at - row.SeenAt >= SeenStep.TotalMilliseconds)
        {
            await state.ExecuteAsync("UPDATE access_sessions SET seen_at = @at WHERE hash = @hash", new { at, hash }, cancellationToken);
        }

        return row.ToCaller(DateTimeOffset.FromUnixTimeMilliseconds(row.SignedInAt));
    }

    public Task SignOutAsync(string cookie, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM access_sessions WHERE hash = @hash", new { hash = Hash(cookie) }, cancellationToken);

    private Task<AccessRow?> FindAsync(string text, CancellationToken cancellationToken) =>
        state.FindAsync<AccessRow>($"SELECT {TokenColumns} FROM access_tokens WHERE hash = @hash", new { hash = Hash(text) }, cancellationToken);

    private static string NewSecret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(SecretBytes));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
