using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;

namespace CacheKeeper.EndToEnd;

/// <summary>What the real executable says when its settings or servers are wrong: clear sentences, the documented exit code, no stack trace, no secret.</summary>
public sealed class MisconfigurationTests : IDisposable
{
    private const string Canary = "canary5up3rSecret";
    private readonly string folder = Directory.CreateTempSubdirectory("cachekeeper-wrong-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DATABASE_URL=not an address", "health check", 2, "DATABASE_URL (postgresql.url) is no PostgreSQL address")]
    [InlineData("DATABASE_URL=not an address", "config check", 2, "DATABASE_URL (postgresql.url) is no PostgreSQL address")]
    [InlineData("REDIS_URL=http://x", "config check", 2, "REDIS_URL (upstash.redisUrl) is no Redis address")]
    [InlineData("UPSTASH_REDIS_REST_URL=ftp://x;UPSTASH_REDIS_REST_TOKEN=" + Canary, "config check", 2, "UPSTASH_REDIS_REST_URL (upstash.url) is no address")]
    [InlineData("DATABASE_URL=", "health check", 1, "Set DATABASE_URL")]
    [InlineData("DATABASE_URL=postgres://keeper:" + Canary + "@127.0.0.1:1/cache", "cleanup light", 1, "Check that the server is up and that DATABASE_URL (postgresql.url) names its address")]
    [InlineData("REDIS_URL=redis://:" + Canary + "@127.0.0.1:1", "cleanup light", 1, "Check that the server is up and that REDIS_URL (upstash.redisUrl) names its address")]
    [InlineData("UPSTASH_REDIS_REST_URL=http://127.0.0.1:1;UPSTASH_REDIS_REST_TOKEN=" + Canary, "health check", 1, "Check UPSTASH_REDIS_REST_URL (upstash.url) and the network")]
    [InlineData("MEM0_HOST=http://127.0.0.1:1;MEM0_API_KEY=" + Canary, "cleanup light", 1, "Check MEM0_HOST (mem0.host) and the network")]
    [InlineData("", "cleanup undo no-such-run", 2, "There is no receipt of a run no-such-run")]
    [InlineData("", "health check --config no-such-file.json", 2, "There is no settings file no-such-file.json")]
    public async Task A_wrong_setting_or_a_server_that_is_not_there_is_told_in_a_sentence(string variables, string command, int code, string sentence)
    {
        var (exit, output) = await RunAsync(command, variables.Split(';', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(code, exit);
        JudgeOutput(output, sentence);
    }

    [Fact]
    public async Task Refused_credentials_are_told_as_such_for_each_tier()
    {
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        await using var sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, Stop);
        var right = new Uri(sandbox.Endpoints.KeeperDatabaseUrl);
        string[] postgres = [$"DATABASE_URL=postgresql://keeper:{Canary}@{right.Host}:{right.Port}{right.AbsolutePath}"];
        string[] upstash = [$"UPSTASH_REDIS_REST_URL={sandbox.Endpoints.UpstashUrl}", $"UPSTASH_REDIS_REST_TOKEN={Canary}"];
        string[] mem0 = [$"MEM0_HOST={sandbox.Endpoints.Mem0Host}", $"MEM0_API_KEY={Canary}"];
        foreach (var (variables, sentence) in new[] { (postgres, "Check the user and password in DATABASE_URL"), (upstash, "Check UPSTASH_REDIS_REST_TOKEN"), (mem0, "MEM0_API_KEY") })
        {
            foreach (var command in new[] { "health check", "cleanup light" })
            {
                var (exit, output) = await RunAsync(command, variables);
                Assert.Equal(1, exit);
                JudgeOutput(output, sentence);
            }
        }

        // One tier of two: what could be done was done, and the exit code says that something is wrong.
        var (some, told) = await RunAsync("health check", [.. mem0, $"DATABASE_URL={sandbox.Endpoints.KeeperDatabaseUrl}"]);
        Assert.Equal(3, some);
        JudgeOutput(told, "MEM0_API_KEY");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void JudgeOutput(string output, string sentence)
    {
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Output)> RunAsync(string command, string[] variables)
    {
        var environment = variables.Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var spoken = await KeeperProcess.RunAsync(folder, command.Split(' '), environment, Stop);
        return (spoken.ExitCode, spoken.Output + spoken.Remarks);
    }
}
