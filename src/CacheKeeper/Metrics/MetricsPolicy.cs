using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace CacheKeeper.Metrics;

/// <summary>What is measured, what it is measured against, and how long it is kept.</summary>
internal sealed record MetricsPolicy
{
    /// <summary>Most Redis commands of one collection; a larger database is sampled.</summary>
    [Range(10, 10_000)]
    public int MostRedisCommands { get; init; } = 40;

    /// <summary>Most Mem0 requests of one collection; a longer listing is sampled.</summary>
    [Range(2, 1000)]
    public int MostMem0Requests { get; init; } = 10;

    /// <summary>Categories that get series of their own: those with most lookups, then most bytes.</summary>
    [Range(0, 1000)]
    public int MostCategories { get; init; } = 50;

    /// <summary>Questions whose similarity to each other is measured at a collection; the time grows with the square. 0 measures none.</summary>
    [Range(0, 2000)]
    public int SimilaritySample { get; init; } = 256;

    /// <summary>Counters read longer ago than this tell nothing of "the last hour".</summary>
    [Range(typeof(TimeSpan), "01:00:00", "1.00:00:00")]
    public TimeSpan LongestWindow { get; init; } = TimeSpan.FromHours(2);

    public ScorePolicy Score { get; init; } = new();
    public PricePolicy Prices { get; init; } = new();
    public RetentionPolicy Retention { get; init; } = new();
}

/// <summary>What makes a performance score of 1, and what each part weighs.</summary>
internal sealed record ScorePolicy
{
    /// <summary>A hit ratio of this is as good as it need be.</summary>
    [Range(0.01, 1)]
    public double HitRatioTarget { get; init; } = 0.7;

    /// <summary>95 % of lookups within this is as good as it need be.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan LatencyTarget { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An error rate at which that part is 0.</summary>
    [Range(0.0001, 1)]
    public double WorstErrorRate { get; init; } = 0.05;

    /// <summary>The weight of the hit ratio in the score.</summary>
    [Range(0, 1)]
    public double HitRatioWeight { get; init; } = 0.4;

    /// <summary>The weight of the latency in the score.</summary>
    [Range(0, 1)]
    public double LatencyWeight { get; init; } = 0.3;

    /// <summary>The weight of the error rate in the score.</summary>
    [Range(0, 1)]
    public double ErrorWeight { get; init; } = 0.2;

    /// <summary>The weight of the share of healthy tiers in the score.</summary>
    [Range(0, 1)]
    public double TierWeight { get; init; } = 0.1;
}

/// <summary>What things cost; prices of single calls stand with their tiers (upstash.pricePer100KCommands, mem0.pricePer1KRequests).</summary>
internal sealed record PricePolicy
{
    /// <summary>The currency of all prices, as it is printed.</summary>
    [StringLength(8, MinimumLength = 1)]
    public string Currency { get; init; } = "USD";

    /// <summary>What 1,000 tokens of the model cost; unknown unless set, and then money saved is unknown too.</summary>
    [Range(0, 1000)]
    public double? Per1KTokens { get; init; }

    /// <summary>Tokens of one answer with its question; unless set, mean bytes of an answer ÷ 4.</summary>
    [Range(1, 1_000_000)]
    public double? TokensPerAnswer { get; init; }

    /// <summary>What one answer of the model costs; unless set, tokensPerAnswer × per1KTokens, and unknown when one of these is.</summary>
    [Range(0, 1000)]
    public double? PerAnswer { get; init; }

    /// <summary>What making one answer anew costs; null when no setting tells.</summary>
    [JsonIgnore]
    public double? AnswerPrice => PerAnswer ?? (TokensPerAnswer / 1000 * Per1KTokens);

    /// <summary>What the PostgreSQL tier costs a month besides its calls.</summary>
    [Range(0, 1_000_000)]
    public double PostgresqlPerMonth { get; init; }

    /// <summary>What the Redis tier costs a month besides its commands.</summary>
    [Range(0, 1_000_000)]
    public double UpstashPerMonth { get; init; }

    /// <summary>What Mem0 costs a month besides its requests.</summary>
    [Range(0, 1_000_000)]
    public double Mem0PerMonth { get; init; }
}

/// <summary>How long each level of the samples is kept.</summary>
internal sealed record RetentionPolicy
{
    /// <summary>Longer than a month, so that the monthly job archives whole months before they go.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Raw { get; init; } = TimeSpan.FromDays(45);

    /// <summary>How long means of five minutes are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan FiveMinutes { get; init; } = TimeSpan.FromDays(60);

    /// <summary>How long means of an hour are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Hours { get; init; } = TimeSpan.FromDays(800);

    /// <summary>How long means of a day are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "7300.00:00:00")]
    public TimeSpan Days { get; init; } = TimeSpan.FromDays(3650);

    public TimeSpan Of(RollupLevel level) => level switch
    {
        RollupLevel.Raw => Raw,
        RollupLevel.FiveMinutes => FiveMinutes,
        RollupLevel.Hour => Hours,
        _ => Days,
    };

    /// <summary>The finest level that still holds what was measured then.</summary>
    public RollupLevel Finest(DateTimeOffset from, DateTimeOffset now) =>
        new[] { RollupLevel.Raw, RollupLevel.FiveMinutes, RollupLevel.Hour }.Cast<RollupLevel?>().FirstOrDefault(level => from > now - Of(level!.Value)) ?? RollupLevel.Day;
}
