namespace CacheKeeper.Tiers;

/// <summary>Which of the HTTP surfaces called Mem0 is spoken.</summary>
internal enum Mem0Flavour
{
    /// <summary>The hosted platform, v3 forms.</summary>
    Platform,

    /// <summary>The hosted platform, older v1 and v2 forms.</summary>
    PlatformV1,

    /// <summary>The open-source server.</summary>
    SelfHosted,
}
