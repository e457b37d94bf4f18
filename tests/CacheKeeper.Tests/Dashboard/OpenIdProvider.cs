using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>What the provider does wrong on purpose.</summary>
public enum Falsehood
{
    None,
    Nonce,
    NoNonce,
    Issuer,
    Audience,
    Signature,
    UnknownKey,
    Unsigned,
    SignatureLeftOut,
    Expired,
    Discovery,
}

/// <summary>A small OpenID Connect provider on loopback: discovery, keys, authorization with PKCE, tokens signed with a key of its own. Its tokens are written by hand.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "keeper";
    public const string ClientSecret = "the-client's-secret";
    private const string KeyId = "key-1";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = new();
    private readonly WebApplication _app;

    private OpenIdProvider(WebApplication app) => _app = app;

    /// <summary>By the name that browsers shall know it under: to a browser, localhost and 127.0.0.1 are two sites.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("127.0.0.1", Host, StringComparison.Ordinal);

    public string Host { get; init; } = "127.0.0.1";

    public Falsehood Falsehood { get; set; }

    /// <summary>Who signs in at the provider, as claims.</summary>
    public Dictionary<string, object> Person { get; set; } = [];

    /// <summary>What the user information endpoint tells.</summary>
    public Dictionary<string, object> UserInfo { get; set; } = [];

    /// <summary>The token requests that were answered.</summary>
    public int Exchanged { get; private set; }

    public static async Task<OpenIdProvider> StartAsync(CancellationToken cancellationToken, string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new OpenIdProvider(app) { Host = host };
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(provider.Discovery()));
        app.MapGet("/keys", () => Results.Json(provider.Keys()));
        app.MapGet("/authorize", provider.Authorize);
        app.MapGet("/userinfo", (HttpContext context) => context.Request.Headers.Authorization == "Bearer opaque" ? Results.Json(provider.UserInfo) : Results.Unauthorized());
        app.MapPost("/token", (Delegate)provider.ExchangeAsync);
        await app.StartAsync(cancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }

    private object Discovery() => new
    {
        issuer = Falsehood == Falsehood.Discovery ? "https://somebody.else" : Address,
        authorization_endpoint = Address + "/authorize",
        token_endpoint = Address + "/token",
        userinfo_endpoint = Address + "/userinfo",
        jwks_uri = Address + "/keys",
        response_types_supported = new[] { "code" },
        subject_types_supported = new[] { "public" },
        id_token_signing_alg_values_supported = new[] { "RS256" },
    };

    private object Keys()
    {
        var numbers = _key.ExportParameters(includePrivateParameters: false);
        return new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n = WebEncoders.Base64UrlEncode(numbers.Modulus!), e = WebEncoders.Base64UrlEncode(numbers.Exponent!) } } };
    }

    // Whoever comes is signed in as the person; back with a code that works once.
    private IResult Authorize(HttpContext context)
    {
        var asked = context.Request.Query;
        if (asked["client_id"] != ClientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256" || asked["code_challenge"].Count != 1 || !asked["scope"].ToString().Contains("openid", StringComparison.Ordinal))
        {
            return Results.BadRequest("the request is not the one that was agreed");
        }

        var code = Guid.NewGuid().ToString("N");
        _codes[code] = asked;
        return Results.Redirect(QueryHelpers.AddQueryString(asked["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = asked["state"] }));
    }

    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var known = _codes.TryRemove(form["code"].ToString(), out var asked);
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!known || challenge != asked!["code_challenge"] || form["client_secret"] != ClientSecret || form["redirect_uri"] != asked["redirect_uri"] || form["grant_type"] != "authorization_code")
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
        }

        Exchanged++;
        return Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = Token(asked["nonce"]!) });
    }

    private string Token(string nonce)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>(Person)
        {
            ["iss"] = Falsehood == Falsehood.Issuer ? "https://somebody.else" : Address,
            ["aud"] = Falsehood == Falsehood.Audience ? "another client" : ClientId,
            ["iat"] = Falsehood == Falsehood.Expired ? now - 7200 : now,
            ["exp"] = Falsehood == Falsehood.Expired ? now - 3600 : now + 300,
            ["nonce"] = Falsehood == Falsehood.Nonce ? nonce + "x" : nonce,
        };
        if (Falsehood == Falsehood.NoNonce)
        {
            claims.Remove("nonce");
        }

        var header = Falsehood switch { Falsehood.Unsigned => """{"alg":"none"}""", Falsehood.UnknownKey => """{"alg":"RS256","kid":"key-2"}""", _ => $$"""{"alg":"RS256","kid":"{{KeyId}}"}""" };
        var text = $"{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(header))}.{WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var key = Falsehood is Falsehood.Signature or Falsehood.UnknownKey ? _otherKey : _key;
        return $"{text}.{(Falsehood is Falsehood.Unsigned or Falsehood.SignatureLeftOut ? "" : WebEncoders.Base64UrlEncode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))}";
    }
}
