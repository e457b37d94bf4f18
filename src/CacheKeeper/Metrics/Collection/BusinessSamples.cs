using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>What the cache is worth and what it costs, as series.</summary>
internal static class BusinessSamples
{
    private const double HoursInMonth = 730;
    private const double BytesPerToken = 4;
    private const double TokensPerPrice = 1000;

    /// <summary>A save writes three keys.</summary>
    private const int CommandsPerSave = 3;

    public static void AddTo(SampleList samples, Collected seen, PricePolicy prices, CallPrices calls)
    {
        samples.Add("freshness", seen.Rows?.Freshness);
        samples.Add("availability", 1 - seen.LastHour?.Counters.ErrorRate());
        if (seen.SinceBefore is { } since)
        {
            Savings(samples, since, seen, prices);
        }

        if (seen.Since is { } passed)
        {
            Costs(samples, seen, passed.TotalHours / HoursInMonth, prices, calls);
        }
    }

    private static void Savings(SampleList samples, Counted since, Collected seen, PricePolicy prices)
    {
        var hits = since.Counters.Sum("hit", ClientCounters.WholeLookup);
        var tokens = hits * (prices.TokensPerAnswer ?? (seen.Rows?.MeanAnswerBytes / BytesPerToken));
        samples.Add("requests_saved", hits);
        samples.Add("tokens_saved", tokens);
        samples.Add("money_saved", tokens / TokensPerPrice * prices.Per1KTokens);
        samples.Add("unavailable_minutes", since.Over.TotalMinutes * since.Counters.ErrorRate());
    }

    private static void Costs(SampleList samples, Collected seen, double months, PricePolicy prices, CallPrices calls)
    {
        var redis = RedisCommands(seen) * calls.PerRedisCommand;
        var mem0 = Mem0Requests(seen) * calls.PerMem0Request;
        var costs = new Dictionary<TierName, double?>
        {
            [TierName.Postgresql] = months * prices.PostgresqlPerMonth,
            [TierName.Upstash] = (months * prices.UpstashPerMonth) + (calls.PerRedisCommand > 0 ? redis : 0),
            [TierName.Mem0] = (months * prices.Mem0PerMonth) + (calls.PerMem0Request > 0 ? mem0 : 0),
        };
        var tiers = seen.Tiers.Select(snapshot => snapshot.Tier).ToList();
        foreach (var tier in tiers)
        {
            samples.Add($"{tier.Word()}_cost", costs[tier]);
        }

        samples.Add("cost", tiers.Count > 0 && tiers.TrueForAll(tier => costs[tier] is not null) ? tiers.Sum(tier => costs[tier]) : null);
        samples.Add("keeper_redis_commands", seen.Calls?.RedisCommands);
        samples.Add("keeper_mem0_requests", seen.Calls?.Mem0Requests);
        samples.Add("keeper_cost", (seen.Calls?.RedisCommands * calls.PerRedisCommand) + (seen.Calls?.Mem0Requests * calls.PerMem0Request));
    }

    // The server's own count is what is billed; where it does not tell, what the gateway and we are known to have sent.
    private static double? RedisCommands(Collected seen) =>
        seen.RedisRises.TryGetValue(RedisFigures.Commands, out var processed) ? processed : Asked(seen, TierName.Upstash, CommandsPerSave) + (seen.Calls?.RedisCommands ?? 0);

    private static double? Mem0Requests(Collected seen) => Asked(seen, TierName.Mem0, 1) + (seen.Calls?.Mem0Requests ?? 0);

    private static double? Asked(Collected seen, TierName tier, int callsPerSave) => seen.SinceBefore?.Counters is { } counters
        ? counters.Lookups(tier.Word()) + counters.Sum("error", tier.Word()) + (callsPerSave * counters.Sum("save", tier.Word()))
        : null;
}
