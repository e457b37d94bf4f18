namespace CacheKeeper;

/// <summary>Where the page and the API listen.</summary>
internal sealed record WebSettings
{
    /// <summary>Addresses, separated by semicolons. Also CACHEKEEPER_URLS.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8420";
}
