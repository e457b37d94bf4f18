using CacheKeeper.Optimization.Indexes;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Slow statements on the cache's tables, where pg_stat_statements tells them.</summary>
internal static class StatementRule
{
    private const int LongestText = 160;

    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs)
    {
        var number = 0;
        foreach (var statement in (inputs.Database?.Statements ?? []).Where(statement => IsSlow(statement, inputs.Policy.Indexes)).OrderByDescending(statement => statement.TotalMilliseconds))
        {
            number++;
            var words = string.Join(' ', statement.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            var text = words.Length > LongestText ? words[..LongestText] + "…" : words;
            yield return new()
            {
                Id = $"statement:{number}",
                Rule = "statement",
                What = $"Look at a statement that takes {statement.MeanMilliseconds:0} ms on average",
                Why = $"It ran {statement.Calls:N0} {(statement.Calls == 1 ? "time" : "times")} and took {Took(statement.TotalMilliseconds)} together.",
                Evidence = [text, $"{statement.RowsPerCall:0.#} rows a call."],
                Risk = "None: nothing is changed.",
                Command = "EXPLAIN (ANALYZE, BUFFERS) with the statement's own values",
            };
        }
    }

    private static bool IsSlow(StatementFacts statement, IndexPolicy policy) => statement.Calls >= policy.SlowCalls && statement.MeanMilliseconds > policy.SlowAbove.TotalMilliseconds;

    private static string Took(double milliseconds) => milliseconds < 1000 ? $"{milliseconds:0} ms" : $"{milliseconds / 1000:0.#} s";
}
