namespace CacheKeeper.Client;

/// <summary>Which of the up to three keys of an answer a key is.</summary>
public enum CacheKeyForm
{
    /// <summary><c>{query_hash}</c>.</summary>
    Bare,

    /// <summary><c>{category}:{query_hash}</c>.</summary>
    Category,

    /// <summary><c>{agent_id}:{query_hash}</c>.</summary>
    Agent,
}

/// <summary>A Redis key of the cache, taken apart.</summary>
/// <param name="Form">Which of the three.</param>
/// <param name="Owner">The category or agent before the colon; null in a bare key.</param>
/// <param name="QueryHash">What joins the keys of one answer with each other, its row and its memories.</param>
public readonly record struct CacheKey(CacheKeyForm Form, string? Owner, string QueryHash);

/// <summary>The Redis keys that one logical answer may own (one answer has up to three keys).</summary>
public static class CacheKeys
{
    /// <summary>How long the key under the category lives by default.</summary>
    public static readonly TimeSpan CategoryLifetime = TimeSpan.FromHours(1);

    /// <summary>How long the key under the agent lives by default.</summary>
    public static readonly TimeSpan AgentLifetime = TimeSpan.FromHours(2);

    /// <summary>How long the bare key lives by default.</summary>
    public static readonly TimeSpan BareLifetime = TimeSpan.FromMinutes(30);

    /// <summary><c>{prefix}{category}:{hash}</c>.</summary>
    public static string OfCategory(string category, string queryHash, string prefix = "") => $"{prefix}{category}:{queryHash}";

    /// <summary><c>{prefix}{agent}:{hash}</c>.</summary>
    public static string OfAgent(string agent, string queryHash, string prefix = "") => $"{prefix}{agent}:{queryHash}";

    /// <summary><c>{prefix}{hash}</c>.</summary>
    public static string Bare(string queryHash, string prefix = "") => prefix + queryHash;

    /// <summary>All keys of one answer, the one that a lookup prefers first.</summary>
    public static string[] All(string category, string agent, string queryHash, string prefix = "") =>
        [OfCategory(category, queryHash, prefix), OfAgent(agent, queryHash, prefix), Bare(queryHash, prefix)];

    /// <summary>How long a key of this form lives unless something says otherwise.</summary>
    public static TimeSpan LifetimeOf(CacheKeyForm form) => form switch
    {
        CacheKeyForm.Category => CategoryLifetime,
        CacheKeyForm.Agent => AgentLifetime,
        _ => BareLifetime,
    };

    /// <summary>Where the keeper's directives for a project stand.</summary>
    public static string Directives(string project) => $"cachekeeper:{project}:directives";

    /// <summary>Where the dictionary of compressed values stands, in base64.</summary>
    public static string Dictionary(string project, string id) => $"cachekeeper:{project}:dictionary:{id}";

    /// <summary>
    /// Takes a key apart. False for every key that is not the cache's own: another prefix, no hash, more parts. A name before the colon
    /// is an agent when the rules know it as one and not as a category, else a category.
    /// </summary>
    public static bool TryParse(string key, CategoryRules rules, string prefix, out CacheKey parsed)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(prefix);
        parsed = default;
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var own = key.AsSpan(prefix.Length);
        var colon = own.LastIndexOf(':');
        if (!QueryHash.IsHash(own[(colon + 1)..]) || colon == 0)
        {
            return false;
        }

        var owner = colon < 0 ? null : own[..colon].ToString();
        if (owner?.Contains(':', StringComparison.Ordinal) == true)
        {
            return false;
        }

        var form = owner is null ? CacheKeyForm.Bare : !rules.IsCategory(owner) && rules.IsAgent(owner) ? CacheKeyForm.Agent : CacheKeyForm.Category;
        parsed = new CacheKey(form, owner, own[(colon + 1)..].ToString());
        return true;
    }
}
