using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CacheKeeper.Client;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using Npgsql;

namespace CacheKeeper.Tests.Sandbox;

/// <summary>A sandbox of their own: faults would hit every other test on the shared one.</summary>
public sealed class SandboxFaultsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Faults_come_and_go_by_the_documented_call_and_the_data_stays()
    {
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        var folder = Path.Combine(Path.GetTempPath(), "cachekeeper-tests-" + Path.GetRandomFileName());
        try
        {
            var settings = new SandboxSettings { Folder = folder, SafeWrites = false };
            await using (var first = await SandboxHost.StartAsync(settings, Cancel))
            {
                await PostgreSqlFaultsAsync(first.Endpoints);
                await UpstashFaultsAsync(first.Endpoints);
                await RefusalsAsync(first.Endpoints);
            }

            // The same folder gives the same data at the same addresses.
            await using var second = await SandboxHost.StartAsync(settings, Cancel);
            Assert.Equal(1, await CountAsync(second.Endpoints.DatabaseUrl));
            using var http = Authorized(second.Endpoints.UpstashToken);
            var value = await http.PostAsJsonAsync(second.Endpoints.UpstashUrl, new[] { "GET", "kept" }, Cancel);
            Assert.Contains("yes", await value.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
        finally
        {
            Unprivileged.Forget(Path.Combine(folder, "postgresql"));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PostgreSqlFaultsAsync(SandboxAddresses endpoints)
    {
        await ExecuteAsync(endpoints.DatabaseUrl, "insert into cache_entries (query_hash, query_text, response_text, project_name) values ('h', 'q', 'r', 'p')");
        foreach (var fault in (string[])["refuse", "reset", "401", "429", "500", "garbage"])
        {
            await SetAsync(endpoints, CacheTiers.PostgreSql, fault);
            await Assert.ThrowsAnyAsync<Exception>(() => CountAsync(endpoints.KeeperDatabaseUrl));
            await EndAllAsync(endpoints);
            Assert.Equal(1, await CountAsync(endpoints.KeeperDatabaseUrl));
        }

        await SetAsync(endpoints, CacheTiers.PostgreSql, "full");
        Assert.Equal(1, await CountAsync(endpoints.KeeperDatabaseUrl));
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(endpoints.KeeperDatabaseUrl, "delete from cache_entries"));
        await EndAllAsync(endpoints);
    }

    private static async Task UpstashFaultsAsync(SandboxAddresses endpoints)
    {
        using var http = Authorized(endpoints.UpstashToken);
        async Task<HttpResponseMessage> Set() => await http.PostAsJsonAsync(endpoints.UpstashUrl, new[] { "SET", "kept", "yes" }, Cancel);
        foreach (var (fault, status) in ((string, HttpStatusCode)[])[("401", HttpStatusCode.Unauthorized), ("429", HttpStatusCode.TooManyRequests), ("500", HttpStatusCode.InternalServerError), ("full", HttpStatusCode.BadRequest)])
        {
            await SetAsync(endpoints, CacheTiers.Upstash, fault);
            Assert.Equal(status, (await Set()).StatusCode);
        }

        await SetAsync(endpoints, CacheTiers.Upstash, "garbage");
        Assert.StartsWith("<html>", await (await Set()).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await SetAsync(endpoints, CacheTiers.Upstash, "refuse");
        await Assert.ThrowsAsync<HttpRequestException>(Set);
        await EndAllAsync(endpoints);
        Assert.Equal(HttpStatusCode.OK, (await Set()).StatusCode);
    }

    private static async Task RefusalsAsync(SandboxAddresses endpoints)
    {
        using var http = Authorized(endpoints.UpstashToken);
        foreach (var body in (object[])[new { tier = "redis", fault = "500" }, new { tier = "upstash", fault = "fire" }, new { tier = "upstash", fault = "delay", delay = "soon" }])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsJsonAsync(endpoints.UpstashUrl + "/sandbox/faults", body, Cancel)).StatusCode);
        }

        using var stranger = Authorized("wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.DeleteAsync(endpoints.UpstashUrl + "/sandbox/faults", Cancel)).StatusCode);
    }

    private static async Task SetAsync(SandboxAddresses endpoints, string tier, string fault)
    {
        using var http = Authorized(endpoints.UpstashToken);
        var answer = await http.PostAsJsonAsync(endpoints.UpstashUrl + "/sandbox/faults", new { tier, fault }, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task EndAllAsync(SandboxAddresses endpoints)
    {
        using var http = Authorized(endpoints.UpstashToken);
        (await http.DeleteAsync(endpoints.UpstashUrl + "/sandbox/faults", Cancel)).EnsureSuccessStatusCode();
    }

    private static HttpClient Authorized(string token) => new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private static async Task<long> CountAsync(string url)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(url));
        await using var command = source.CreateCommand("select count(*) from cache_entries");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task ExecuteAsync(string url, string statement)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(url));
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static string Unpooled(string url) => PostgreSqlUrl.ToConnectionString(url) + ";Pooling=false;Timeout=10";
}
