namespace CacheKeeper.Metrics;

/// <summary>Counters of a Redis server that only grow while it runs, by their names in INFO.</summary>
internal static class RedisFigures
{
    public const string Commands = "total_commands_processed";
    public const string OutOfMemory = "errorstat_OOM";

    private const string AnyError = "total_error_replies";

    public static readonly IReadOnlyList<string> Counters = [Commands, "evicted_keys", OutOfMemory];

    /// <summary>The counters that the server tells. One that counts error replies and names none of a kind had none of it.</summary>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyDictionary<string, double> figures) =>
        Counters.Where(name => figures.ContainsKey(name) || (name == OutOfMemory && figures.ContainsKey(AnyError))).ToDictionary(name => name, name => figures.GetValueOrDefault(name));

    /// <summary>What they rose by; one that fell was reset with its server and counts from zero.</summary>
    public static IReadOnlyDictionary<string, double> Rises(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> now) =>
        now.Where(pair => before.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value >= before[pair.Key] ? pair.Value - before[pair.Key] : pair.Value);
}
