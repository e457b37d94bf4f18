using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CacheKeeper.Client;

/// <summary>
/// The name of a counter in <c>cache_stats</c>: <c>{kind}:{tier}:{category}@{project}</c>, such as <c>hit:upstash:payments@upi_admin_gateway</c>.
/// The column takes 100 characters; where that is too little, the project is its SHA-256's first 16 hex digits (the row's metadata has it in full).
/// </summary>
/// <param name="Kind">What is counted: a name of <see cref="CacheStatKinds"/>, or a bucket of <see cref="LatencyBuckets"/>.</param>
/// <param name="Tier">A name of <see cref="CacheTiers"/>, <c>all</c> among them.</param>
/// <param name="Category">The category of the question.</param>
/// <param name="Project">The project, or its digest.</param>
public sealed partial record CacheStatName(string Kind, string Tier, string Category, string Project)
{
    private const int Longest = 100;

    /// <summary>The name as it stands in the table.</summary>
    public override string ToString()
    {
        var counted = $"{Kind}:{Tier}:{Category}@";
        return counted.Length + Project.Length <= Longest ? counted + Project : counted + DigestOf(Project);
    }

    /// <summary>Null for names that are not the client's.</summary>
    public static CacheStatName? Parse(string name) =>
        Form().Match(name) is { Success: true } match
            ? new CacheStatName(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value)
            : null;

    /// <summary>Whether this counter is the project's.</summary>
    public bool IsOf(string project) => Project == project || Project == DigestOf(project);

    private static string DigestOf(string project) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..16];

    [GeneratedRegex("^([a-z0-9_]+):(mem0|upstash|postgresql|all):([^@]*)@(.+)$", RegexOptions.Singleline)]
    private static partial Regex Form();
}

/// <summary>The kinds of counters in <c>cache_stats</c>. All of them only grow.</summary>
public static class CacheStatKinds
{
    /// <summary>The tier had the answer.</summary>
    public const string Hit = "hit";

    /// <summary>The tier answered that it has none.</summary>
    public const string Miss = "miss";

    /// <summary>The tier failed or took too long. For the lookup as a whole: no tier answered.</summary>
    public const string Error = "error";

    /// <summary>Of the errors, those where no answer came in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The tier was not asked, because directives leave it out or because it rests after failures.</summary>
    public const string Skip = "skip";

    /// <summary>An answer was saved.</summary>
    public const string Save = "save";

    /// <summary>Saving an answer failed.</summary>
    public const string SaveError = "save_error";

    /// <summary>Microseconds spent on the lookups that are counted in the buckets.</summary>
    public const string LatencySum = "latency_us";
}
