using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;
using CacheKeeper.Tiers;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P11: our REST client beside a raw loop of ready-made batches, four in flight, and beside one command a request.</summary>
internal sealed class RestTierMeasurement : IMeasurement
{
    private const string Token = "benchmark";
    private const int Batch = 500;
    private const int InFlight = 4;

    // A round takes a sixth of a second: a few of them would be the machine's luck.
    private const int Rounds = 25;
    private const int WarmUps = 8;

    public string Name => "rest-tier";

    public string Summary => "Commands a second through the Upstash client beside a raw batched HTTP loop (4 in flight) and beside single commands; keys a second of a whole sweep";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(null, 0, cancellationToken);
        await RedisKeys.FillAsync(redis, Duel.Entries, cancellationToken);
        await using var front = await UpstashFront.StartAsync(new UpstashFrontSettings { Redis = redis.EndPoint, Token = Token }, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(front.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        await using var client = new UpstashClient(new HttpClient { Timeout = TimeSpan.FromSeconds(60) }, front.Url, Token, TimeProvider.System);
        var commands = Enumerable.Range(0, Duel.Entries).Select(number => (object[])["PTTL", RedisKeys.Key(number)]).ToList();
        var (ours, raw) = await Duel.FightAsync(() => OursAsync(client, commands, cancellationToken), () => RawAsync(http, commands, cancellationToken), Rounds, WarmUps);
        figures.AddRatio("P11 batched commands/s beside a raw HTTP loop", ours, raw, 0.8, note: $"{Batch} a request, {InFlight} in flight, {redis.Kind}");
        var (again, single) = await Duel.FightAsync(() => OursAsync(client, commands, cancellationToken), () => SingleAsync(http, commands, cancellationToken), rounds: 3);
        figures.AddRatio("P11 batched commands/s beside one command a request", again, single, 40);
        await using var tier = new RedisTier(client, new RedisSettings { KeyPrefix = RedisKeys.Prefix, ScanPause = TimeSpan.Zero, ScanCount = 500 }, "bench", null, TimeProvider.System);
        var begun = Stopwatch.GetTimestamp();
        var snapshot = await tier.LookAsync(new TierScope("bench"), DateTimeOffset.UtcNow, cancellationToken);
        figures.Add("keys/s of a whole sweep over REST", snapshot.Live!.Value / Stopwatch.GetElapsedTime(begun).TotalSeconds, note: "a script a page, billed as one command");
    }

    private static async Task<double> OursAsync(UpstashClient client, List<object[]> commands, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var replies = await client.SendAsync(commands, cancellationToken);
        return replies.All(reply => reply.Integer is not null) ? commands.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new InvalidOperationException("a reply is missing");
    }

    // Bodies made beforehand, answers read and dropped.
    private static async Task<double> RawAsync(HttpClient http, List<object[]> commands, CancellationToken cancellationToken)
    {
        var bodies = commands.Chunk(Batch).Select(part => Encoding.UTF8.GetBytes("[" + string.Join(',', part.Select(command => $"[\"{command[0]}\",\"{command[1]}\"]")) + "]")).ToList();
        var begun = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, async (body, token) => await PostAsync(http, "/pipeline", body, token));
        return commands.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> SingleAsync(HttpClient http, List<object[]> commands, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var command in commands.Take(2000))
        {
            await PostAsync(http, "/", Encoding.UTF8.GetBytes($"[\"{command[0]}\",\"{command[1]}\"]"), cancellationToken);
        }

        return Math.Min(2000, commands.Count) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task PostAsync(HttpClient http, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
