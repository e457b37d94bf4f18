using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Whose token a request carries.</summary>
internal enum TokenKind
{
    None,
    ReadOnly,
    Standard,
}

/// <summary>Judges the bearer token, or the <c>_token</c> parameter where there is no such header.</summary>
internal sealed class UpstashTokens(string standard, string? readOnly)
{
    public const string Refusal = "WRONGPASS invalid or missing auth token";
    private const string Scheme = "Bearer ";

    public TokenKind Judge(HttpContext context)
    {
        var given = Given(context);
        return Same(given, standard) ? TokenKind.Standard
            : Same(given, readOnly) ? TokenKind.ReadOnly
            : TokenKind.None;
    }

    private static string? Given(HttpContext context) => context.Request.Headers.Authorization.ToString() switch
    {
        "" => CommandParser.Query(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, "_token"),
        var header when header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) => header[Scheme.Length..].Trim(),
        _ => null,
    };

    private static bool Same(string? given, string? token) =>
        given is { Length: > 0 } && token is { Length: > 0 }
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
