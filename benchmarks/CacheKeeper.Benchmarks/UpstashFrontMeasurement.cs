using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;

namespace CacheKeeper.Benchmarks;

/// <summary>Commands a second through the sandbox's Upstash front, beside the same commands straight to the server behind it.</summary>
internal sealed class UpstashFrontMeasurement : IMeasurement
{
    private const string Token = "benchmark";
    private const int Keys = 10_000;
    private const int ValueBytes = 1000;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);

    public string Name => "upstash-front";

    public string Summary => "commands a second through /pipeline by batch and requests in flight, single-command latency; against raw RESP to the same server";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(null, 0, cancellationToken);
        await using var front = await UpstashFront.StartAsync(new UpstashFrontSettings { Redis = redis.EndPoint, Token = Token }, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(front.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        http.DefaultRequestHeaders.Add("Upstash-Encoding", "base64");
        await FillAsync(http, cancellationToken);

        figures.Add("GET latency, microseconds", await LatencyAsync(http, cancellationToken), lowerIsBetter: true, note: $"median, one caller, {redis.Kind}");
        foreach (var (command, batch, inFlight) in (IEnumerable<(string, int, int)>)[("PTTL", 100, 1), ("PTTL", 1000, 1), ("PTTL", 100, 4), ("PTTL", 1000, 4), ("GET", 100, 4), ("GET", 1000, 4)])
        {
            var through = await ThroughFrontAsync(http, command, batch, inFlight, cancellationToken);
            var straight = await StraightAsync(redis, command, batch, inFlight, cancellationToken);
            figures.Add(
                string.Create(CultureInfo.InvariantCulture, $"{command}/s, {batch} a request, {inFlight} in flight"),
                through,
                note: string.Create(CultureInfo.InvariantCulture, $"raw RESP {straight:0}, share {through / straight:0.00}"));
        }
    }

    private static async Task FillAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var value = new string('v', ValueBytes);
        foreach (var chunk in Enumerable.Range(0, Keys).Chunk(1000))
        {
            var body = "[" + string.Join(',', chunk.Select(key => $"[\"SET\",\"key:{key}\",\"{value}\",\"EX\",3600]")) + "]";
            await PostAsync(http, "/pipeline", Encoding.UTF8.GetBytes(body), cancellationToken);
        }
    }

    private static async Task<double> LatencyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var body = """["GET","key:1"]"""u8.ToArray();
        var times = new List<double>();
        for (var index = 0; index < 3000; index++)
        {
            var start = Stopwatch.GetTimestamp();
            await PostAsync(http, "/", body, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    private static Task<double> ThroughFrontAsync(HttpClient http, string command, int batch, int inFlight, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, batch).Select(key => $"[\"{command}\",\"key:{key}\"]")) + "]");
        return RateAsync(batch, inFlight, () => PostAsync(http, "/pipeline", body, cancellationToken));
    }

    private static async Task<double> StraightAsync(RedisServer redis, string command, int batch, int inFlight, CancellationToken cancellationToken)
    {
        var request = new ArrayBufferWriter<byte>();
        foreach (var key in Enumerable.Range(0, batch))
        {
            RespWriter.Command(request, command, "key:" + key.ToString(CultureInfo.InvariantCulture));
        }

        await using var pool = new RespPool(redis.EndPoint, inFlight);
        return await RateAsync(batch, inFlight, () => pool.UseAsync(
            async connection =>
            {
                using var replies = new RespReplies();
                await connection.ExchangeAsync(request.WrittenMemory, batch, replies, cancellationToken);
            },
            cancellationToken));
    }

    private static async Task<double> RateAsync(int batch, int inFlight, Func<Task> request)
    {
        var watch = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; watch.Elapsed < Each; count++)
            {
                await request();
            }

            return count;
        })));
        return done.Sum() * (double)batch / watch.Elapsed.TotalSeconds;
    }

    private static async Task PostAsync(HttpClient http, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
