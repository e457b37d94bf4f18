using System.Diagnostics;
using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Client;

/// <summary>
/// The cache of a gateway's answers over three tiers. A lookup asks Mem0, then Redis, then PostgreSQL, and passes on when a tier fails or
/// takes too long; a save writes all of them. Both obey the keeper's directives and are counted. One instance serves a whole process.
/// </summary>
public sealed class TieredCache : IAsyncDisposable
{
    private readonly TieredCacheParts parts;
    private readonly CategoryRules rules;
    private readonly Func<string, string> hash;

    /// <summary>Opens no connection yet; throws <see cref="ArgumentException"/> with everything that is wrong with the options.</summary>
    public TieredCache(CacheKeeperClientOptions options)
        : this(options, TimeProvider.System)
    {
    }

    internal TieredCache(CacheKeeperClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        rules = CategoryRules.Default.After(options.Categories);
        hash = options.HashQuery ?? QueryHash.Of;
        parts = TieredCacheParts.Open(options, hash, time);
    }

    /// <summary>
    /// Everything counted since the start, under the names of <see cref="CacheStatName"/> without the project: <c>hit:upstash:payments</c>.
    /// </summary>
    public IReadOnlyDictionary<string, long> Counters =>
        parts.Counters.Totals().ToDictionary(pair => $"{pair.Key.Kind}:{pair.Key.Tier}:{pair.Key.Category}", pair => pair.Value);

    /// <summary>The directives that count at this moment.</summary>
    public DirectivesDocument Directives
    {
        get
        {
            var view = parts.Directives.View;
            return view.Document.At(view.Now);
        }
    }

    /// <summary>Looks for the answer to a question; never throws because a tier fails.</summary>
    /// <param name="query">The question as the user put it.</param>
    /// <param name="agent">The agent that answers; null takes the category's.</param>
    /// <param name="category">The question's category; null finds it by <see cref="CategoryRules"/>.</param>
    /// <param name="cancellationToken">Ends the lookup with <see cref="OperationCanceledException"/>.</param>
    public async Task<CacheLookup> LookupAsync(
        string query, string? agent = null, string? category = null, CancellationToken cancellationToken = default)
    {
        var question = Question(query, agent, category);
        var directives = parts.Directives.View;
        var started = Stopwatch.GetTimestamp();
        var attempts = new List<TierAttempt>(parts.Tiers.Count);
        string? response = null;
        foreach (var tier in parts.Tiers)
        {
            (var attempt, response) = await tier.LookupAsync(question, directives, cancellationToken);
            attempts.Add(attempt);
            if (response is not null)
            {
                break;
            }
        }

        var lookup = new CacheLookup(
            response, response is null ? null : attempts[^1].Tier, question.QueryHash, question.Category, question.Agent, Stopwatch.GetElapsedTime(started), attempts);
        parts.Record(lookup, directives.Now);
        return lookup;
    }

    /// <summary>Saves the model's answer in all tiers at the same time; never throws because a tier fails.</summary>
    /// <param name="query">The question as the user put it.</param>
    /// <param name="response">The answer.</param>
    /// <param name="agent">The agent that answered; null takes the category's.</param>
    /// <param name="category">The question's category; null finds it by <see cref="CategoryRules"/>.</param>
    /// <param name="session">The session, kept with the memory as <c>run_id</c>.</param>
    /// <param name="cancellationToken">Ends the save with <see cref="OperationCanceledException"/>; some tiers may have taken the answer by then.</param>
    public async Task<CacheSave> SaveAsync(
        string query, string response, string? agent = null, string? category = null, string? session = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        var question = Question(query, agent, category);
        var answer = new CacheAnswer(response, session);
        var directives = parts.Directives.View;
        var attempts = await Task.WhenAll(parts.Tiers.Select(tier => tier.SaveAsync(question, answer, directives, cancellationToken)));
        return new CacheSave(question.QueryHash, question.Category, question.Agent, attempts);
    }

    /// <summary>Writes the counters now instead of at the next interval; throws when PostgreSQL does not take them (they are kept).</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => parts.Statistics.FlushAsync(cancellationToken);

    /// <summary>Writes the counters a last time and closes the connections.</summary>
    public ValueTask DisposeAsync() => parts.DisposeAsync();

    private CacheQuestion Question(string query, string? agent, string? category)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rule = category is null ? rules.Match(query) : rules.OfCategory(Name(category, 50));
        var queryHash = hash(query);
        return QueryHash.IsHash(queryHash)
            ? new CacheQuestion(query, queryHash, rule.Category, agent is null ? rule.Agent : Name(agent, 100), rule)
            : throw new InvalidOperationException($"{nameof(CacheKeeperClientOptions.HashQuery)} must return 32 to 64 hex digits.");
    }

    // A colon would make another key of it, and the table's columns are not longer.
    private static string Name(string name, int longest) =>
        name.Length > 0 && name.Length <= longest && !name.Any(character => character is ':' or '@' || char.IsControl(character) || char.IsSurrogate(character))
            ? name
            : throw new ArgumentException($"A category or agent has 1 to {longest} characters, none of them ':', '@' or a control character.");
}
