using System.Diagnostics;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Fills all three tiers with questions, and remembers the questions for the traffic.</summary>
internal static class SandboxLoader
{
    private const string Remembered = "questions.tsv";

    /// <summary>Loads questions and says on the way how far it is; the same ones loaded twice changes nothing but what expired meanwhile.</summary>
    public static async Task<IReadOnlyList<LoadedQuery>> LoadAsync(
        SandboxAddresses endpoints, string folder, IReadOnlyList<LoadedQuery> queries, LoadMix mix, Action<string> say, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var now = DateTimeOffset.UtcNow;
        var entries = queries.Select((query, number) => mix.Draw(query, number, now)).ToList();
        await RememberAsync(folder, queries, cancellationToken);
        var progress = new ProgressLines("Loading", entries.Count, "questions", say);
        await Task.WhenAll(
            TierLoader.IntoPostgreSqlAsync(endpoints.DatabaseUrl, endpoints.Project, entries, cancellationToken),
            TierLoader.IntoRedisAsync(endpoints.RedisUrl, entries, cancellationToken),
            MemoryLoader.LoadAsync(endpoints.Mem0Host, endpoints.Mem0ApiKey, endpoints.Project, entries, progress.Tell, cancellationToken));
        say($"Loaded {entries.Count:N0} questions into three tiers in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: "
            + $"{entries.Count(entry => entry.CreatedAt + entry.Ttl < now):N0} rows past their time, {entries.Count(entry => entry.IsImmortal):N0} keys without a TTL, "
            + $"{entries.Count(entry => entry.MemoryEnds < DateOnly.FromDateTime(now.UtcDateTime)):N0} memories past their date, "
            + $"{entries.Count(entry => entry.IsRepeated):N0} questions remembered twice.");
        return queries;
    }

    /// <summary>The questions loaded last into this sandbox; without any, made-up ones.</summary>
    public static async Task<IReadOnlyList<LoadedQuery>> RememberedAsync(string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, Remembered);
        return File.Exists(file) ? await QueryFile.ReadAsync(file, cancellationToken) : MadeUp.Questions;
    }

    private static Task RememberAsync(string folder, IEnumerable<LoadedQuery> queries, CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync(
            Path.Combine(folder, Remembered), queries.Select(query => query.Text + "\t" + query.Category).Prepend("text\tcategory"), cancellationToken);
}
