using System.Diagnostics;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>The official <c>@upstash/redis</c> client, from npm and at a locked version, takes the front for Upstash.</summary>
public sealed class OfficialClientTests(RedisServerFixture redisServer, GarnetFixture garnet) : IClassFixture<RedisServerFixture>, IClassFixture<GarnetFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public Task It_takes_the_front_before_redis_server_for_upstash() => RunAsync(redisServer, "redis-server", checks: 23);

    [Fact]
    public Task It_takes_the_front_before_garnet_for_upstash() => RunAsync(garnet, "garnet", checks: 19);

    private static async Task RunAsync(FrontFixture front, string server, int checks)
    {
        Assert.SkipWhen(front.Absent is not null, front.Absent ?? "");
        var folder = await NodePackage.InstallAsync("upstash", "conformance.mjs");
        var start = new ProcessStartInfo("node", ["conformance.mjs"]) { WorkingDirectory = folder };
        start.Environment["UPSTASH_REDIS_REST_URL"] = front.Front.Url;
        start.Environment["UPSTASH_REDIS_REST_TOKEN"] = FrontFixture.Token;
        start.Environment["SERVER"] = server;
        var (code, output, error) = await NodePackage.RunAsync(start, Limit);
        Assert.True(code == 0, output + error);
        Assert.Equal(checks, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
