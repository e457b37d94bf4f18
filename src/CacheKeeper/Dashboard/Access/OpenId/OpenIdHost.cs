using CacheKeeper.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>The framework's OpenID Connect handler, as strict as it can be set: authorization code with PKCE, signed tokens of exactly this issuer.</summary>
internal static class OpenIdHost
{
    public const string Scheme = "openid";

    /// <summary>Where the provider sends people back to.</summary>
    public const string BackPath = "/sign-in/provider/back";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // No shared secrets and no unsigned ones: only keys that the provider publishes.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Adds the way in when the settings name a provider.</summary>
    public static void AddOpenId(this AuthenticationBuilder authentication, OpenIdSettings settings, AccessPolicy policy)
    {
        authentication.Services.AddSingleton(settings);
        if (settings.Authority is not null)
        {
            Add(authentication, settings, policy);
        }
    }

    // Apart, so that a keeper without a provider loads none of it.
    private static void Add(AuthenticationBuilder authentication, OpenIdSettings settings, AccessPolicy policy)
    {
        // Read now: a secret that is missing stops the start, not each request.
        var secret = SecretOf(settings);

        // What protects state and nonce on their way through the browser lives as long as the process: no key is kept, and a sign-in that a restart interrupts is begun again.
        authentication.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        authentication.Services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        authentication.Services.AddSingleton<OpenIdSignInService>();
        authentication.AddRemoteScheme<OpenIdConnectOptions, OpenIdConnectHandler>(Scheme, settings.Title, options => Configure(options, settings, secret, policy));
    }

    private static void Configure(OpenIdConnectOptions options, OpenIdSettings settings, string? secret, AccessPolicy policy)
    {
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = new Uri(settings.Authority!).Scheme == Uri.UriSchemeHttps;
        options.ClientId = settings.ClientId;
        options.ClientSecret = secret;
        options.SignInScheme = CallerService.Name;
        options.CallbackPath = BackPath;
        options.RemoteSignOutPath = default;
        options.SignedOutCallbackPath = default;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // Back by GET: our own pages hear no POST from elsewhere.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.MaxAge = policy.FreshFor;
        options.TokenHandler = new SignedTokenService();
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = settings.UserInfo;
        options.ClaimActions.Remove("acr");
        options.BackchannelTimeout = Patience;
        options.BackchannelHttpHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience };
        options.Scope.Clear();
        foreach (var scope in settings.Scopes.Prepend("openid").Distinct())
        {
            options.Scope.Add(scope);
        }

        // Only what the settings look at is taken over from there; a list becomes a claim for each of its values.
        foreach (var claim in settings.UserInfo ? settings.Grants.Select(grant => grant.Claim).Concat(settings.NameClaims).Distinct() : [])
        {
            options.ClaimActions.MapJsonKey(claim, claim);
        }

        Check(options, settings);
        Carry(options);
        Hear(options, settings);
    }

    private static string? SecretOf(OpenIdSettings settings) => settings.ClientSecret is null
        ? null
        : SecretStore.Resolve(settings.ClientSecret) ?? throw KeeperException.Usage($"web.openId.clientSecret {settings.ClientSecret} is empty.", "Set the variable or the file, or take the setting out for a client without a secret.");

    private static void Check(OpenIdConnectOptions options, OpenIdSettings settings)
    {
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            ValidAudience = settings.ClientId,
            ClockSkew = Skew,
            RequireSignedTokens = true,
            RequireExpirationTime = true,

            // The issuer is the one that the settings name, whatever the discovery document calls itself.
            IssuerValidator = (issuer, _, _) => IsSame(issuer, settings.Authority!) ? issuer : throw new SecurityTokenInvalidIssuerException($"The issuer is not {settings.Authority}."),
        };
        options.ProtocolValidator = new OpenIdConnectProtocolValidator { RequireNonce = true, RequireStateValidation = false, NonceLifetime = options.RemoteAuthenticationTimeout };
    }

    // Providers differ by a slash at the end between what they are called and what they write.
    private static bool IsSame(string issuer, string authority) => string.Equals(issuer.TrimEnd('/'), authority.TrimEnd('/'), StringComparison.Ordinal);

    // The way back is a navigation by GET, so cookies that other sites' requests do not carry suffice.
    private static void Carry(OpenIdConnectOptions options)
    {
        foreach (var cookie in (CookieBuilder[])[options.NonceCookie, options.CorrelationCookie])
        {
            (cookie.SameSite, cookie.SecurePolicy, cookie.HttpOnly) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);
        }
    }

    private static void Hear(OpenIdConnectOptions options, OpenIdSettings settings)
    {
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            context.ProtocolMessage.RedirectUri = settings.PublicUrl is { } open ? open.TrimEnd('/') + BackPath : context.ProtocolMessage.RedirectUri;
            context.ProtocolMessage.AcrValues = settings.Acr;
            return Task.CompletedTask;
        };
        options.Events.OnTicketReceived = context => context.HttpContext.RequestServices.GetRequiredService<OpenIdSignInService>().FinishAsync(context);
        options.Events.OnRemoteFailure = context => context.HttpContext.RequestServices.GetRequiredService<OpenIdSignInService>().FailAsync(context);
    }
}
