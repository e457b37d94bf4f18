using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;

namespace CacheKeeper.Tests.Sandbox;

/// <summary>A sandbox that is not kept leaves nothing outside its folder: root's PostgreSQL has to stand apart from a closed one.</summary>
public sealed class TemporarySandboxTests
{
    [Fact]
    public async Task What_had_to_stand_apart_goes_when_the_sandbox_ends()
    {
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        var folder = Directory.CreateTempSubdirectory("cachekeeper-tests-").FullName;
        try
        {
            var cluster = Path.Combine(folder, "postgresql");
            var place = Unprivileged.Account() is null ? cluster : Unprivileged.Reachable(cluster);
            await using (await SandboxHost.StartAsync(new SandboxSettings { Folder = folder, SafeWrites = false, Keep = false }, TestContext.Current.CancellationToken))
            {
                Assert.True(Directory.Exists(place));
            }

            Assert.Equal(place == cluster, Directory.Exists(place));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
