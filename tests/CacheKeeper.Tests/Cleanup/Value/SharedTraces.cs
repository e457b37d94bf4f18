using CacheKeeper.Cleanup.Value;
using CacheKeeper.Cli;

namespace CacheKeeper.Tests.Cleanup.Value;

/// <summary>The access traces of the shared data; tests that need them skip where the folder is absent.</summary>
internal static class SharedTraces
{
    public static AccessTrace Read(string name) => TraceStore.Read(Repository.DataFile($"traces/{name}.csv.gz"));

    /// <summary>Protocol 1a: the share of the accesses to stored keys in the next quarter that fall on kept keys.</summary>
    public static double Retained(AccessTrace trace, int[] kept)
    {
        var half = trace.Keys.Length / 2;
        var (stored, stays) = (trace.Keys[..half].ToHashSet(), kept.ToHashSet());
        var following = trace.Keys[half..(half + (trace.Keys.Length / 4))].Where(stored.Contains).ToArray();
        return (double)following.Count(stays.Contains) / following.Length;
    }
}
