using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli.Connections;

/// <summary>The way to Redis: over REST as Upstash offers it, or over RESP on one connection of our own.</summary>
internal static class RedisConnectionClient
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly string[] Refusals = ["WRONGPASS", "NOAUTH", "NOPERM", "ERR AUTH", "ERR invalid password"];

    public static Task<ConnectionReport> TryRestAsync(string url, string token, StepService steps, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = new Uri(url);
        var target = new ConnectionTarget(TierName.Upstash.Word(), TierName.Upstash.Title(), address.Host, address.Port, "UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN (upstash.url, upstash.token)");
        return ReportAsync(target, steps, async () =>
        {
            using var http = new WireClient(steps).Http(limit * 3);
            await using var client = new UpstashClient(http, url, token, time);
            await steps.TakeAsync(ConnectionStep.Auth, async stop => Checked((await client.SendAsync([["PING"]], stop))[0]), cancellationToken);
            return await steps.TakeAsync(ConnectionStep.Query, async stop => (await client.SendAsync([["INFO"]], stop))[0].Text ?? "", cancellationToken);
        }, cancellationToken);
    }

    public static Task<ConnectionReport> TryRespAsync(string url, StepService steps, CancellationToken cancellationToken)
    {
        var address = new Uri(url);
        var target = new ConnectionTarget(TierName.Upstash.Word(), "Redis", address.Host, address.Port > 0 ? address.Port : 6379, "REDIS_URL (upstash.redisUrl)");
        return ReportAsync(target, steps, async () =>
        {
            var wire = new WireClient(steps);
            await using var plain = await wire.ConnectAsync(target.Host, target.Port, cancellationToken);
            await using Stream stream = address.Scheme == "rediss" ? await wire.EncryptAsync(plain, target.Host, anyCertificate: false, cancellationToken) : plain;
            await AuthenticateAsync(stream, address.UserInfo, steps, cancellationToken);
            return await steps.TakeAsync(ConnectionStep.Query, stop => SendAsync(stream, ["INFO"], stop), cancellationToken);
        }, cancellationToken);
    }

    private static async Task AuthenticateAsync(Stream stream, string userInfo, StepService steps, CancellationToken cancellationToken)
    {
        var user = userInfo.Split(':', 2);
        if (user.Length < 2)
        {
            await steps.TakeAsync(ConnectionStep.Auth, stop => SendAsync(stream, ["PING"], stop), cancellationToken, _ => "no password is set");
            return;
        }

        string[] command = user[0].Length > 0 ? ["AUTH", Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user[1])] : ["AUTH", Uri.UnescapeDataString(user[1])];
        await steps.TakeAsync(ConnectionStep.Auth, stop => SendAsync(stream, command, stop), cancellationToken);
    }

    private static async Task<ConnectionReport> ReportAsync(ConnectionTarget target, StepService steps, Func<Task<string>> ask, CancellationToken cancellationToken)
    {
        var info = await steps.WalkAsync(ask, cancellationToken) ?? "";
        var told = info.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);
        var limits = new Dictionary<string, string>();
        Add("clients", "connected_clients", "maxclients");
        Add("memory", "used_memory_human", "maxmemory_human");
        return new ConnectionReport(target, steps.Steps) { Server = told.TryGetValue("redis_version", out var version) ? "Redis " + version : null, Limits = limits };

        void Add(string name, string used, string most)
        {
            if (told.TryGetValue(used, out var known))
            {
                limits[name] = told.TryGetValue(most, out var bound) && bound is not ("0" or "0B" or "") ? $"{known} of {bound}" : $"{known}, no limit told";
            }
        }
    }

    private static string Checked(RedisReply reply) => reply.Error is { } error ? throw Failure(error) : reply.Text ?? "";

    private static TierException Failure(string error) => new(TierName.Upstash, "send", error) { CredentialsRejected = Refusals.Any(word => error.StartsWith(word, StringComparison.OrdinalIgnoreCase)) };

    // One command and its reply: a line, or a length and as many bytes. Nothing here answers with more.
    private static async Task<string> SendAsync(Stream stream, string[] command, CancellationToken cancellationToken)
    {
        var text = new StringBuilder($"*{command.Length}\r\n");
        foreach (var word in command)
        {
            text.Append($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
        var line = await LineAsync(stream, cancellationToken);
        if (line.StartsWith('-'))
        {
            throw Failure(line[1..]);
        }

        if (!line.StartsWith('$') || !int.TryParse(line[1..], out var length) || length is < 0 or > LongestAnswer)
        {
            return line.Length > 0 && line[0] is '+' or '$' ? line[1..] : throw new TierException(TierName.Upstash, "send", "it does not answer as Redis does");
        }

        var body = new byte[length + 2];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return Encoding.UTF8.GetString(body, 0, length);
    }

    private static async Task<string> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (line.Count < 512 && await stream.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        throw new TierException(TierName.Upstash, "send", "it closed the connection, or does not answer as Redis does");
    }
}
