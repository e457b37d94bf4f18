using CacheKeeper.Sandbox;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>The Redis part of the backup measurement alone.</summary>
internal sealed class RedisCopyMeasurement : IMeasurement
{
    public string Name => "backup-redis";

    public string Summary => "copying Redis out against a raw pipelined DUMP loop, under a reader";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-bench-").FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            await RedisBench.RunAsync(figures, host, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
