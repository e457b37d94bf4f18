using CacheKeeper.Storage;
using CacheKeeper.Tiers;
namespace CacheKeeper.Tests.Scheduling;

/// <summary>A fresh state of either kind: what the scheduler promises holds on both.</summary>
internal static class StateKinds
{
    public static StateLocation Sqlite() => new(NewFolder());

    public static async Task<StateLocation> PostgresAsync(SandboxFixture sandbox) => new(NewFolder(), PostgresConnectionHost.Parse(await sandbox.NewDatabaseAsync()).ConnectionString);

    private static string NewFolder() => Path.Combine(Path.GetTempPath(), "cachekeeper-state-" + Path.GetRandomFileName());
}
