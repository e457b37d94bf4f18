using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;

namespace CacheKeeper;

/// <summary>Where the page and the API listen.</summary>
internal sealed record WebSettings
{
    /// <summary>Addresses, separated by semicolons. Also CACHEKEEPER_URLS.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8420";

    /// <summary>Sign-ins: how long they last, how many guesses are heard.</summary>
    public AccessPolicy Access { get; init; } = new();

    /// <summary>How fresh the page's figures are.</summary>
    public LivePolicy Live { get; init; } = new();
}
