using System.Text.Json;

namespace CacheKeeper.Client.Tiers;

/// <summary>The table <c>cache_entries</c> in either of its forms.</summary>
internal sealed class PostgreSqlTier(PostgreSqlDatabase database, EnvelopeReader envelopes, string project, TimeSpan timeout) : ICacheTier
{
    /// <summary>How long a row lives unless something says otherwise.</summary>
    public static readonly TimeSpan RowLifetime = TimeSpan.FromHours(1);

    public string Name => CacheTiers.PostgreSql;

    public TimeSpan Timeout => timeout;

    public async Task<string?> LookupAsync(CacheQuestion question, DirectivesView directives, CancellationToken cancellationToken)
    {
        var shape = await ShapeAsync(cancellationToken);
        var ordinary = question.Rule.Ttl ?? RowLifetime;
        var told = directives.TtlFor(Name, question, ordinary);
        var value = await database.ScalarAsync(
            shape.Expires ? PostgreSqlStatements.FindWithExpiry : PostgreSqlStatements.Find,
            [project, question.QueryHash, told.TotalSeconds, Math.Max(0, (told - ordinary).TotalSeconds)],
            cancellationToken);
        return value is string text ? await envelopes.ReadAsync(text, cancellationToken) : null;
    }

    public async Task SaveAsync(CacheQuestion question, CacheAnswer answer, DirectivesView directives, CancellationToken cancellationToken)
    {
        var shape = await ShapeAsync(cancellationToken);
        var ttl = directives.TtlFor(Name, question, RowLifetime);
        object?[] values =
        [
            question.QueryHash, Storable(question.Query), StorableOrEnvelope(answer.Response), project, question.Category, question.Agent,
            JsonSerializer.Serialize(new { query_hash = question.QueryHash, question.Rule.Priority, cache_tier = "primary" }, JsonSerializerOptions.Web),
            (int)Math.Clamp(ttl.TotalSeconds, 1, int.MaxValue),
        ];
        var written = await database.ExecuteAsync(PostgreSqlStatements.Save(shape), values, cancellationToken);
        if (written == 0)
        {
            throw new CacheTierException("PostgreSQL holds this question for another project, and its table can hold a question only once.");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<PostgreSqlShape> ShapeAsync(CancellationToken cancellationToken)
    {
        var shape = await database.ShapeAsync(cancellationToken);
        return shape.HasEntries ? shape : throw new CacheTierException("PostgreSQL has no table cache_entries.");
    }

    // A text column cannot hold NUL; in the answer it must not be lost, in the question it is only shown.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static string StorableOrEnvelope(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? ValueEnvelope.Wrap(text) ?? Storable(text) : EnvelopeReader.Guarded(text);
}
