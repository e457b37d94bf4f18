using CacheKeeper.Cleanup.Value;
using CacheKeeper.Cli;

namespace CacheKeeper.Benchmarks;

/// <summary>The access traces of the shared data.</summary>
internal static class TraceData
{
    public static readonly string[] Names = ["apache-4days", "web07", "orm-busy-2m", "mooncake-synthetic", "arc-oltp", "lirs-multi2", "lirs-sprite"];

    public static AccessTrace Read(Figures figures, string name) => TraceStore.Read(figures.DataFile($"traces/{name}.csv.gz"));
}
