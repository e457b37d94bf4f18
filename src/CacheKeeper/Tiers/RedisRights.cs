using System.Text.RegularExpressions;

namespace CacheKeeper.Tiers;

/// <summary>What right of a Redis user is missing when the server refuses a command, and what to do about it.</summary>
internal static partial class RedisRights
{
    private const string All = "packaging/redis-users.acl holds every command the keeper uses.";

    /// <summary>What to do about a refusal; empty when the error is none.</summary>
    /// <param name="error">As the server says it, or a script of ours.</param>
    public static string Advice(string error) => error switch
    {
        _ when Command().Match(error) is { Success: true } named => $"Give this Redis user +{named.Groups[1].Value} (ACL SETUSER); {All}",
        _ when error.Contains("NOPERM", StringComparison.Ordinal) && error.Contains("key", StringComparison.Ordinal) => $"Widen the keys this Redis user may use (ACL SETUSER, ~PATTERN) to those of settings upstash.keyPrefix and to cachekeeper:*; {All}",

        // Redis 7.0 says of a script only that something in it is not allowed.
        _ when error.Contains("NOPERM", StringComparison.Ordinal) || error.Contains("can't run this command", StringComparison.Ordinal) => $"Give this Redis user the commands it lacks, also those that scripts call; over REST, a token that may run scripts and SCAN. {All}",
        _ => "",
    };

    /// <summary>A server that keeps a transaction open which this user may begin and not end answers everything else of the connection with QUEUED.</summary>
    public static TierException TransactionKeptOpen(string operation) => new(
        TierName.Upstash, operation, "this Redis user may begin a transaction (MULTI) but not end it (EXEC)", $"Give this Redis user +exec, or take +multi away: then scripts read. {All}");

    [GeneratedRegex("no permissions to run the '([a-z|]+)' command")]
    private static partial Regex Command();
}
