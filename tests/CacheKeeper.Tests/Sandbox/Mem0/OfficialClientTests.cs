using System.Diagnostics;
using CacheKeeper.Tests.Sandbox.Upstash;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>The official <c>mem0ai</c> client, from npm and at a locked version, takes the server for the platform: every method it has.</summary>
public sealed class OfficialClientTests(Mem0TestServer server) : IClassFixture<Mem0TestServer>
{
    private const int Checks = 21;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task It_takes_the_server_for_the_platform()
    {
        var folder = await NodePackage.InstallAsync("mem0", "conformance.mjs");
        var start = new ProcessStartInfo("node", ["conformance.mjs"]) { WorkingDirectory = folder };
        start.Environment["MEM0_HOST"] = server.Server.Url;
        start.Environment["MEM0_API_KEY"] = Mem0TestServer.Key;
        start.Environment["MEM0_TELEMETRY"] = "false";
        var (code, output, error) = await NodePackage.RunAsync(start, Limit);
        Assert.True(code == 0, output + error);
        Assert.Equal(Checks, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
