using System.Globalization;

namespace CacheKeeper.Client.Tiers;

/// <summary>The Redis tier: one MGET over the three keys of an answer, one pipeline of three SETEX to keep it.</summary>
internal sealed class RedisTier(IRedisConnection redis, EnvelopeReader envelopes, string prefix, TimeSpan timeout) : ICacheTier
{
    public string Name => CacheTiers.Upstash;

    public TimeSpan Timeout => timeout;

    public async Task<string?> LookupAsync(CacheQuestion question, DirectivesView directives, CancellationToken cancellationToken)
    {
        var replies = await redis.SendAsync([["MGET", .. Keys(question)]], cancellationToken);
        foreach (var value in replies[0].OrThrow().Items?.Where(value => value is not null) ?? [])
        {
            return await envelopes.ReadAsync(value!, cancellationToken);
        }

        return null;
    }

    public async Task SaveAsync(CacheQuestion question, CacheAnswer answer, DirectivesView directives, CancellationToken cancellationToken)
    {
        var value = EnvelopeReader.Guarded(answer.Response);
        CacheKeyForm[] forms = [CacheKeyForm.Category, CacheKeyForm.Agent, CacheKeyForm.Bare];
        var commands = Keys(question).Zip(forms, (key, form) => (string[])["SETEX", key, Seconds(question, form, directives), value]);
        foreach (var reply in await redis.SendAsync([.. commands], cancellationToken))
        {
            reply.OrThrow();
        }
    }

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private string[] Keys(CacheQuestion question) => CacheKeys.All(question.Category, question.Agent, question.QueryHash, prefix);

    private string Seconds(CacheQuestion question, CacheKeyForm form, DirectivesView directives)
    {
        var ttl = directives.TtlFor(Name, question, CacheKeys.LifetimeOf(form));
        return Math.Max(1, (long)ttl.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
