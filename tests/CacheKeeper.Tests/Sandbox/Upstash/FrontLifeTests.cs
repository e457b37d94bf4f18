using System.Net.Http.Headers;
using System.Text.Json;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>The front when its server goes, comes back, or is asked by many; and what others hang onto it.</summary>
public sealed class FrontLifeTests
{
    private const string Token = "token";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_gone_is_a_500_with_json_and_one_that_is_back_is_used_again()
    {
        Assert.SkipWhen(RedisProcess.Find() is null, "redis-server is not installed on this machine.");
        var redis = await RedisServer.StartAsync(null, 0, Cancellation);
        await using var front = await StartAsync(redis);
        using var http = Client(front);
        Assert.Equal((200, """{"result":"OK"}"""), await GetAsync(http, "/set/k/v"));
        await redis.DisposeAsync();

        var (status, text) = await GetAsync(http, "/get/k");
        Assert.Equal(500, status);
        Assert.StartsWith("ERR", JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);

        await using var again = await RedisServer.StartAsync(null, redis.Port, Cancellation);
        Assert.Equal((200, """{"result":null}"""), await GetAsync(http, "/get/k"));
    }

    [Fact]
    public async Task More_callers_than_connections_all_get_their_own_answer()
    {
        await using var redis = await RedisServer.StartAsync(null, 0, Cancellation);
        await using var front = await StartAsync(redis, settings => settings with { Connections = 3 });
        using var http = Client(front);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => GetAsync(http, $"/echo/{number}")));
        Assert.Equal(Enumerable.Range(0, 200).Select(number => (200, $$"""{"result":"{{number}}"}""")), answers);
    }

    [Fact]
    public async Task A_hook_may_answer_before_the_token_is_looked_at_and_leaves_the_sandboxs_own_pages_alone()
    {
        await using var redis = await RedisServer.StartAsync(null, 0, Cancellation);
        await using var front = await StartAsync(redis, settings => settings with
        {
            Interfere = async context =>
            {
                context.Response.StatusCode = 429;
                await context.Response.WriteAsync("busy", context.RequestAborted);
                return true;
            },
            MapMore = application => application.MapGet("/sandbox/more", () => "more"),
        });
        using var stranger = new HttpClient { BaseAddress = new Uri(front.Url) };
        Assert.Equal((429, "busy"), await GetAsync(stranger, "/ping"));
        Assert.Equal(401, (await GetAsync(stranger, "/sandbox/more")).Status);
        using var http = Client(front);
        Assert.Equal((200, "more"), await GetAsync(http, "/sandbox/more"));
    }

    [Fact]
    public async Task An_open_stream_does_not_hold_up_the_end()
    {
        Assert.SkipWhen(RedisProcess.Find() is null, "redis-server is not installed on this machine.");
        await using var redis = await RedisServer.StartAsync(null, 0, Cancellation);
        var front = await StartAsync(redis);
        using var http = Client(front);
        using var stream = await http.GetStreamAsync(new Uri("/subscribe/c", UriKind.Relative), Cancellation);
        Assert.Equal(1, front.Usage.OpenStreams);
        await front.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal(0, front.Usage.OpenStreams);
    }

    private static Task<UpstashFront> StartAsync(RedisServer redis, Func<UpstashFrontSettings, UpstashFrontSettings>? change = null)
    {
        var settings = new UpstashFrontSettings { Redis = redis.EndPoint, Token = Token };
        return UpstashFront.StartAsync(change is null ? settings : change(settings), Cancellation);
    }

    private static HttpClient Client(UpstashFront front)
    {
        var http = new HttpClient { BaseAddress = new Uri(front.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    private static async Task<(int Status, string Text)> GetAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
