using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Access.OpenId;
using CacheKeeper.Dashboard.Hooks;
using CacheKeeper.Dashboard.Live;

namespace CacheKeeper;

/// <summary>Where the page and the API listen.</summary>
internal sealed record WebSettings
{
    /// <summary>Addresses, separated by semicolons. Also CACHEKEEPER_URLS.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8420";

    /// <summary>Sign-ins: how long they last, how many guesses are heard.</summary>
    public AccessPolicy Access { get; init; } = new();

    /// <summary>Signing in through an identity provider; not offered until one is named.</summary>
    public OpenIdSettings OpenId { get; init; } = new();

    /// <summary>How fresh the page's figures are.</summary>
    public LivePolicy Live { get; init; } = new();

    /// <summary>Senders whose signed messages may start jobs.</summary>
    public IReadOnlyList<HookSettings> Hooks { get; init; } = [];

    /// <summary>The certificate for https addresses; needed as soon as an address begins with https.</summary>
    public TlsSettings Tls { get; init; } = new();
}

/// <summary>A certificate as files: what certbot, step and their like write.</summary>
internal sealed record TlsSettings
{
    /// <summary>PEM: the certificate, and those above it.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM: its key; null when it stands in the same file.</summary>
    public string? Key { get; init; }
}
