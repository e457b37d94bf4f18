namespace CacheKeeper.Tiers;

/// <summary>What a Redis server says of itself: a probe by real calls, its figures, its clock.</summary>
internal sealed class RedisServerClient(RedisCommandClient commands, string project, TimeProvider time)
{
    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var steps = new List<ProbeStep>();
        TierException? failure = null;
        var key = $"cachekeeper:{project}:probe:{Environment.ProcessId}";
        var token = Guid.NewGuid().ToString("N");
        (string Name, object[] Command, Func<RedisReply, bool> Passed)[] calls =
        [
            ("ping", ["PING"], reply => reply.Text == "PONG"),
            ("write", ["SET", key, token, "EX", "60"], reply => reply.Text == "OK"),
            ("read", ["GET", key], reply => reply.Text == token),
            ("delete", ["DEL", key], reply => reply.Number is 0 or 1),
        ];
        foreach (var call in calls)
        {
            var begun = time.GetTimestamp();
            try
            {
                var reply = await commands.TryAsync(call.Command, cancellationToken);
                var passed = call.Passed(reply);
                steps.Add(new ProbeStep(call.Name, passed, time.GetElapsedTime(begun), passed ? null : reply.Error ?? "unexpected answer"));
            }
            catch (TierException e)
            {
                steps.Add(new ProbeStep(call.Name, false, time.GetElapsedTime(begun), e.Cause));
                failure = e;
                break;
            }
        }

        return new ProbeResult(TierName.Upstash, at, steps) { Hint = failure?.Hint ?? "", Failure = failure, Server = steps[0].Passed ? await NameAsync(cancellationToken) : null };
    }

    public async Task<IReadOnlyDictionary<string, double>> FiguresAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        foreach (var (name, text) in await InfoAsync(cancellationToken))
        {
            // Errors are told by kind, as errorstat_OOM:count=3.
            if (double.TryParse(text.StartsWith("count=", StringComparison.Ordinal) ? text["count=".Length..] : text, out var value))
            {
                figures[name] = value;
            }
        }

        var size = await commands.TryAsync(["DBSIZE"], cancellationToken);
        if (size.Number is { } keys)
        {
            figures["keys"] = keys;
        }

        return figures;
    }

    public async Task<DateTimeOffset> ClockAsync(CancellationToken cancellationToken)
    {
        var reply = await commands.SendAsync("ask the clock", ["TIME"], cancellationToken);
        return reply.Items is [var seconds, var microseconds]
            ? DateTimeOffset.FromUnixTimeMilliseconds((seconds.Number!.Value * 1000) + (microseconds.Number!.Value / 1000))
            : throw new TierException(TierName.Upstash, "ask the clock", "TIME answered nonsense");
    }

    private async Task<string?> NameAsync(CancellationToken cancellationToken)
    {
        var info = await InfoAsync(cancellationToken);
        return info.TryGetValue("redis_version", out var version) ? "Redis " + version : null;
    }

    // INFO may be refused, empty or incomplete (Upstash, Garnet): what it does not tell stays unknown.
    private async Task<IReadOnlyDictionary<string, string>> InfoAsync(CancellationToken cancellationToken)
    {
        var reply = await commands.TryAsync(["INFO"], cancellationToken);
        var info = new Dictionary<string, string>();
        foreach (var line in (reply.Text ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !line.StartsWith('#'))
            {
                info[line[..colon]] = line[(colon + 1)..];
            }
        }

        return info;
    }
}
