using System.Text.Json;

namespace CacheKeeper.Scheduling;

/// <summary>How a run stands in the ledger's columns: times as milliseconds since 1970, enums as words, documents as JSON.</summary>
internal static class RunRow
{
    /// <summary>The columns of a brief row.</summary>
    public const string BriefColumns = "run, job, project, scheduled_at, started_at, ended_at, node, trigger_kind, token, outcome, reason, undo_until, undoes";

    /// <summary>The columns of a whole row, which has the run's documents too.</summary>
    public const string Columns = BriefColumns + ", inputs, plan, counts, expected, actual";

    /// <summary>An enum's value as it is stored and printed.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The enum's value that a word stands for.</summary>
    public static T Value<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
