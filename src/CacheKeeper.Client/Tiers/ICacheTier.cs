namespace CacheKeeper.Client.Tiers;

/// <summary>What is asked of every tier: find one answer, keep one answer. Failures are exceptions; the caller counts and passes on.</summary>
internal interface ICacheTier : IAsyncDisposable
{
    string Name { get; }

    TimeSpan Timeout { get; }

    /// <summary>The answer, or null when the tier has none that still counts.</summary>
    Task<string?> LookupAsync(CacheQuestion question, DirectivesView directives, CancellationToken cancellationToken);

    Task SaveAsync(CacheQuestion question, CacheAnswer answer, DirectivesView directives, CancellationToken cancellationToken);
}

/// <summary>A question with everything by which the tiers know it.</summary>
internal sealed record CacheQuestion(string Query, string QueryHash, string Category, string Agent, CategoryRule Rule);

/// <summary>An answer as it came from the model.</summary>
internal sealed record CacheAnswer(string Response, string? Session);

/// <summary>The directives as they stand at one moment.</summary>
internal sealed record DirectivesView(DirectivesDocument Document, DateTimeOffset Now)
{
    public LeaveOutDirective? LeftOut(string tier) => Document.LeftOut(tier, Now);

    public TimeSpan TtlFor(string tier, CacheQuestion question, TimeSpan ordinary) =>
        Document.TtlFor(tier, question.Category, question.Agent, question.Rule.Ttl ?? ordinary, Now);
}
