using System.Text.Json.Nodes;

namespace CacheKeeper.Tests;

/// <summary>What the build tells the runtime: a property it does not know is passed over without a word.</summary>
public sealed class RuntimeSettingsTests
{
    [Fact]
    public void The_keeper_runs_with_the_small_collector_and_gives_memory_back()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "cachekeeper.runtimeconfig.json");
        var told = JsonNode.Parse(File.ReadAllText(file))!["runtimeOptions"]!["configProperties"]!;
        Assert.False((bool)told["System.GC.Server"]!);
        Assert.False((bool)told["System.GC.Concurrent"]!);
        Assert.Equal(5, (int)told["System.GC.ConserveMemory"]!);
        Assert.Equal(6 << 20, (int)told["System.GC.Gen0MaxBudget"]!);
        Assert.False((bool)told["System.Runtime.TieredPGO"]!);
        Assert.Equal(1024, (int)told["System.Runtime.TieredCompilation.CallCountThreshold"]!);
        Assert.Equal(0, (int)told["System.Threading.ThreadPool.UnfairSemaphoreSpinLimit"]!);
    }
}
