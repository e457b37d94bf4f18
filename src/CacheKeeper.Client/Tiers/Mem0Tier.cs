using System.Globalization;
using System.Text.Json;

namespace CacheKeeper.Client.Tiers;

/// <summary>
/// The memory tier. An answer is two memories, the question and the response, verbatim, joined by <c>metadata.query_hash</c>. A lookup
/// searches by the question's words and takes a response only when the question found is the same one, or when it reads nearly the same
/// and passes the guard (<see cref="QuestionGuard"/>).
/// </summary>
internal sealed class Mem0Tier(Mem0Connection mem0, Mem0TierSettings settings, TimeProvider time) : ICacheTier
{
    private const int Found = 10;

    public string Name => CacheTiers.Mem0;

    public TimeSpan Timeout => settings.Timeout;

    public async Task<string?> LookupAsync(CacheQuestion question, DirectivesView directives, CancellationToken cancellationToken)
    {
        var filters = new { user_id = settings.Project };
        var memories = Living(await mem0.SearchAsync(question.Query, filters, Found, null, cancellationToken), directives);
        return SameQuestion(memories, question) is not { } hash ? null
            : ResponseIn(memories, hash) ?? await ResponseOfAsync(question.Query, hash, directives, cancellationToken);
    }

    public Task SaveAsync(CacheQuestion question, CacheAnswer answer, DirectivesView directives, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var end = now + directives.TtlFor(Name, question, settings.Lifetime);
        var metadata = new Dictionary<string, object?>
        {
            ["query_hash"] = question.QueryHash,
            ["category"] = question.Category,
            ["agent_type"] = question.Agent,
            ["project"] = settings.Project,
            ["timestamp"] = Stamp(now),
            ["expires_at"] = Stamp(end),
            ["cache_tier"] = "primary",
            ["priority"] = question.Rule.Priority ?? "medium",
            ["auto_generated"] = true,
        };
        return mem0.AddAsync(
            new Mem0Record(question.Query, answer.Response, settings.Project, question.Agent, answer.Session, metadata, DateOnly.FromDateTime(end.UtcDateTime)),
            cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string?> ResponseOfAsync(string query, string hash, DirectivesView directives, CancellationToken cancellationToken)
    {
        var filters = new { AND = new object[] { new { user_id = settings.Project }, new { metadata = new { query_hash = hash } } } };
        return ResponseIn(Living(await mem0.SearchAsync(query, mem0.Flat(filters, settings.Project, hash), Found, 0, cancellationToken), directives), hash);
    }

    private string? SameQuestion(List<Mem0Memory> memories, CacheQuestion question)
    {
        var same = memories.Find(memory => memory.QueryHash == question.QueryHash);
        var alike = same is null && settings.SemanticHits
            ? memories.Where(memory => settings.IsQuestion(memory) && memory.Score >= settings.SemanticThreshold && memory.Category == question.Category)
                .Where(memory => QuestionGuard.Same(memory.Text, question.Query, settings.Guard))
                .MaxBy(memory => memory.Score)
            : null;
        return (same ?? alike)?.QueryHash;
    }

    // The newest: an answer that was given again stands beside the one before.
    private string? ResponseIn(List<Mem0Memory> memories, string hash) =>
        memories.Where(memory => memory.QueryHash == hash && !settings.IsQuestion(memory)).MaxBy(memory => memory.Timestamp)?.Text;

    private static List<Mem0Memory> Living(List<Mem0Memory> memories, DirectivesView directives) =>
        memories.FindAll(memory => memory.ExpiresAt is null || memory.ExpiresAt > directives.Now);

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What the memory tier needs to know beside its address.</summary>
internal sealed record Mem0TierSettings(
    string Project, TimeSpan Timeout, TimeSpan Lifetime, bool SemanticHits, double SemanticThreshold, SemanticGuard Guard, Func<string, string> HashQuery)
{
    /// <summary>Whether a memory is the question of its answer, not the response: then its own text has the hash it carries.</summary>
    public bool IsQuestion(Mem0Memory memory) => memory.QueryHash is not null && HashQuery(memory.Text) == memory.QueryHash;
}

/// <summary>A memory as far as a lookup needs it; what the metadata does not say is null.</summary>
internal sealed record Mem0Memory(
    string Text, double Score, string? QueryHash, string? Category, DateTimeOffset? Timestamp, DateTimeOffset? ExpiresAt)
{
    public static Mem0Memory? From(JsonElement memory)
    {
        if (memory.ValueKind != JsonValueKind.Object || !memory.TryGetProperty("memory", out var text) || text.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var score = memory.TryGetProperty("score", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : 0;
        var metadata = memory.TryGetProperty("metadata", out var data) && data.ValueKind == JsonValueKind.Object ? data : default;
        return new Mem0Memory(
            text.GetString()!, score, Field(metadata, "query_hash"), Field(metadata, "category"),
            Time(Field(metadata, "timestamp")) ?? Time(Field(memory, "created_at")), Time(Field(metadata, "expires_at")));
    }

    private static string? Field(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
