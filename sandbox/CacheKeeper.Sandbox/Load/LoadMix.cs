using CacheKeeper.Client;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Of what a loaded cache consists, so that a cleanup has something to do. Shares of the questions; the same seed gives the same mix.</summary>
internal sealed record LoadMix
{
    public int Seed { get; init; } = 20261123;

    /// <summary>Rows past their time, which therefore have no keys in Redis any more.</summary>
    public double Expired { get; init; } = 0.20;

    /// <summary>Rows that live on for a month, were made 10 to 60 days ago and never used.</summary>
    public double Unused { get; init; } = 0.15;

    /// <summary>Keys in Redis that somebody wrote without a TTL.</summary>
    public double Immortal { get; init; } = 0.05;

    /// <summary>Memories past their expiration date.</summary>
    public double ExpiredMemories { get; init; } = 0.06;

    /// <summary>Questions that are remembered a second time in slightly other words.</summary>
    public double Repeated { get; init; } = 0.04;

    /// <summary>Everything about one question's entry, drawn by lot.</summary>
    public LoadedEntry Draw(LoadedQuery query, int number, DateTimeOffset now)
    {
        var random = new Random(Seed + number);
        var rule = query.Category is { } category ? CategoryRules.Default.OfCategory(category) : CategoryRules.Default.Match(query.Text);
        var kind = random.NextDouble();
        var (age, ttl, used) = kind < Expired ? (Hours(random, 2, 240), TimeSpan.FromHours(random.Next(1, 3)), Uses(random))
            : kind < Expired + Unused ? (Hours(random, 240, 1440), TimeSpan.FromDays(90), 0)
            : (Hours(random, 0, 20), TimeSpan.FromHours(random.Next(24, 72)), Uses(random));
        return new LoadedEntry(query.Text, QueryHash.Of(query.Text), AnswerWriter.Answer(query.Text, rule.Category), rule, now - age, ttl, used)
        {
            LastUsed = used == 0 ? null : now - (age * random.NextDouble()),
            InRedis = kind >= Expired,
            IsImmortal = kind >= Expired && random.NextDouble() < Immortal / (1 - Expired),
            MemoryEnds = DateOnly.FromDateTime((random.NextDouble() < ExpiredMemories ? now.AddDays(-random.Next(2, 40)) : now.AddDays(random.Next(1, 30))).UtcDateTime),
            IsRepeated = random.NextDouble() < Repeated,
        };
    }

    private static TimeSpan Hours(Random random, int least, int most) => TimeSpan.FromHours(least + (random.NextDouble() * (most - least)));

    // Few are used much, most a little: about one in k entries has k uses or more.
    private static int Uses(Random random) => Math.Min(5000, (int)(1 / Math.Max(1e-4, random.NextDouble())) - 1);
}

/// <summary>One answer as it is put into the three tiers.</summary>
/// <param name="Query">The question.</param>
/// <param name="QueryHash">Its hash.</param>
/// <param name="Response">The answer.</param>
/// <param name="Rule">Category and agent.</param>
/// <param name="CreatedAt">When the row was made.</param>
/// <param name="Ttl">How long from then it lives.</param>
/// <param name="Uses">How often it was read.</param>
internal sealed record LoadedEntry(string Query, string QueryHash, string Response, CategoryRule Rule, DateTimeOffset CreatedAt, TimeSpan Ttl, int Uses)
{
    public DateTimeOffset? LastUsed { get; init; }

    public bool InRedis { get; init; }

    public bool IsImmortal { get; init; }

    public DateOnly MemoryEnds { get; init; }

    public bool IsRepeated { get; init; }
}
