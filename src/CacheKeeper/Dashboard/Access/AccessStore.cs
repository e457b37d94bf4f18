using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Tokens. What is shown once is 256 random bits; only its SHA-256 is kept.</summary>
internal sealed class AccessStore(StateStore state)
{
    private const int SecretBytes = 32;
    private const string TokenColumns = "id AS Id, name AS Name, role AS Role, projects AS Projects, setup AS Setup, created_at AS CreatedAt, expires_at AS ExpiresAt, used_at AS UsedAt, revoked_at AS RevokedAt";

    private readonly RememberedTokens _remembered = new();

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
        try
        {
            // The token first: a session that begins meanwhile is ended too, or found to come from a revoked token.
            var revoked = await state.ExecuteAsync("UPDATE access_tokens SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", new { id, now = now.ToUnixTimeMilliseconds() }, cancellationToken);
            await state.ExecuteAsync("DELETE FROM access_sessions WHERE token_id = @id", new { id }, cancellationToken);
            return revoked == 1;
        }
        finally
        {
            // Also when we do not know whether it was committed.
            _remembered.Forget();
        }
    }

    /// <summary>Who shows this token with a request; null for a wrong, expired, revoked or set-up token.</summary>
    public async Task<Caller?> FindTokenAsync(string text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = Hash(text);
        if (_remembered.Find(hash, now) is not { } known)
        {
            var generation = _remembered.Generation;
            if (await FindAsync(text, cancellationToken) is not { } row)
            {
                return null;
            }

            known = new RememberedToken(row.ToToken(), row.ToCaller(), now, generation);
            _remembered.Add(hash, known);
        }

        return known.Token is { Setup: false } token && token.IsUsable(now) ? known.Caller : null;
    }

    /// <summary>Begins a session and gives the cookie's text; null for a token that does not open one here.</summary>
    /// <param name="setup">Whether a set-up token is shown (it works once) or an ordinary one.</param>
    public async Task<string?> SignInAsync(string text, bool setup, SessionOrigin origin, DateTimeOffset now, AccessPolicy policy, CancellationToken cancellationToken)
    {
        if (await FindAsync(text, cancellationToken) is not { } row || row.ToToken() is not { Role: not Role.Application } token || token.Setup != setup || !token.IsUsable(now))
        {
            return null;
        }

        var at = now.ToUnixTimeMilliseconds();
        var used = await state.ExecuteAsync("UPDATE access_tokens SET used_at = @at WHERE id = @Id AND (setup = 0 OR used_at IS NULL)", new { at, token.Id }, cancellationToken);
        return used == 0 ? null : await new SessionStore(state).BeginAsync(new SessionDraft(token.Id, token.Name, [new ProjectGrant(token.Role, token.Projects)], now, origin), now, policy, cancellationToken);
    }

    private Task<AccessRow?> FindAsync(string text, CancellationToken cancellationToken) =>
        state.FindAsync<AccessRow>($"SELECT {TokenColumns} FROM access_tokens WHERE hash = @hash", new { hash = Hash(text) }, cancellationToken);

    /// <summary>256 random bits as text.</summary>
    public static string NewSecret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What is kept of a secret.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
