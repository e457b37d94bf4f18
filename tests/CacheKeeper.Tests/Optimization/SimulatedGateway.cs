using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Client;
using Npgsql;
using NpgsqlTypes;

namespace CacheKeeper.Tests.Optimization;

/// <summary>
/// Traffic of a gateway without waiting for it: questions return after exponential gaps, are answered by rows that live as the directives say,
/// and every lookup is written into the access log as the client writes it. The same seed gives the same questions.
/// </summary>
internal sealed class SimulatedGateway(string databaseUrl, string project, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Question> _questions = [];

    public void Ask(string category, int questions, TimeSpan meanGap, TimeSpan? ordinary = null)
    {
        for (var each = 0; each < questions; each++)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{project}/{category}/{each}")));
            _questions.Add(new Question(category, hash, meanGap, ordinary ?? TimeSpan.FromHours(1)));
        }
    }

    /// <summary>The traffic of a time under one document; hit ratio of each category in it.</summary>
    public async Task<IReadOnlyDictionary<string, double>> PassAsync(DateTimeOffset from, DateTimeOffset until, DirectivesDocument directives)
    {
        var lookups = new List<(DateTimeOffset At, Question Question, bool Hit)>();
        foreach (var question in _questions)
        {
            question.Next ??= from + Gap(question);
            for (; question.Next < until; question.Next += Gap(question))
            {
                var at = question.Next.Value;
                var hit = question.EndsAt > at;
                lookups.Add((at, question, hit));
                if (!hit)
                {
                    question.EndsAt = at + directives.TtlFor("postgresql", question.Category, "agent", question.Ordinary, at);
                }
            }
        }

        await WriteAsync(lookups.OrderBy(lookup => lookup.At));
        return lookups.GroupBy(lookup => lookup.Question.Category).ToDictionary(group => group.Key, group => group.Average(lookup => lookup.Hit ? 1.0 : 0));
    }

    private TimeSpan Gap(Question question) => question.MeanGap * -Math.Log(1 - _random.NextDouble());

    private async Task WriteAsync(IEnumerable<(DateTimeOffset At, Question Question, bool Hit)> lookups)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(databaseUrl) + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var copy = await connection.BeginBinaryImportAsync("COPY cache_access_log (project_name, query_hash, at, tier, category, agent_id, bytes, sample_rate) FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var (at, question, hit) in lookups)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(project, cancel);
            await copy.WriteAsync(question.Hash, cancel);
            await copy.WriteAsync(at.UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
            await copy.WriteAsync(hit ? "postgresql" : null, cancel);
            await copy.WriteAsync(question.Category, cancel);
            await copy.WriteAsync("agent", cancel);
            await copy.WriteAsync(hit ? 800 : (int?)null, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(1f, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private sealed record Question(string Category, string Hash, TimeSpan MeanGap, TimeSpan Ordinary)
    {
        public DateTimeOffset? Next { get; set; }
        public DateTimeOffset EndsAt { get; set; } = DateTimeOffset.MinValue;
    }
}
