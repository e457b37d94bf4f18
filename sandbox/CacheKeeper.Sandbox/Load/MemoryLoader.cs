using System.Globalization;
using CacheKeeper.Client;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Puts entries into the memory server by its public interface, several at a time: question and answer, verbatim.</summary>
internal static class MemoryLoader
{
    private const int AtOnce = 32;

    /// <summary>Adds the memories of every entry; the second wording of a repeated question is a memory of its own.</summary>
    public static async Task LoadAsync(
        string host, string key, string project, IReadOnlyList<LoadedEntry> entries, Action<int> progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Add("Authorization", "Token " + key);
        var done = 0;
        await Parallel.ForEachAsync(
            entries, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (entry, cancel) =>
            {
                await AddAsync(http, project, entry, entry.Query, cancel);
                if (entry.IsRepeated)
                {
                    await AddAsync(http, project, entry, OtherWords(entry.Query), cancel);
                }

                progress(Interlocked.Increment(ref done));
            });
        await WarmAsync(http, project, cancellationToken);
    }

    // The first search reads every memory's text and takes half a second; it should not be a gateway's.
    private static async Task WarmAsync(HttpClient http, string project, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("/v3/memories/search/", new { query = "warm", filters = new { user_id = project } }, cancellationToken);
    }

    private static async Task AddAsync(HttpClient http, string project, LoadedEntry entry, string question, CancellationToken cancellationToken)
    {
        var body = new
        {
            messages = new[] { new { role = "user", content = question }, new { role = "assistant", content = entry.Response } },
            user_id = project,
            agent_id = entry.Rule.Agent,
            infer = false,
            timestamp = entry.CreatedAt.ToUnixTimeSeconds(),
            expiration_date = entry.MemoryEnds.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            metadata = new
            {
                query_hash = QueryHash.Of(question),
                category = entry.Rule.Category,
                agent_type = entry.Rule.Agent,
                project,
                timestamp = entry.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                cache_tier = "primary",
                priority = entry.Rule.Priority ?? "medium",
                auto_generated = true,
            },
        };
        using var answer = await http.PostAsJsonAsync("/v3/memories/add/", body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new SandboxException($"The memory server refused to be filled ({(int)answer.StatusCode}): {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private static string OtherWords(string question) => "Please tell me: " + question;
}
