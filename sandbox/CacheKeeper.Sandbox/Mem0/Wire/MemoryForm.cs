using CacheKeeper.Sandbox.Mem0.Search;
using CacheKeeper.Sandbox.Mem0.Storage;

namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>How a memory is written: the same object has small differences from answer to answer.</summary>
internal sealed record MemoryForm
{
    private static readonly string[] AlwaysWritten = ["id", "memory", "created_at", "score"];

    /// <summary>Lists, and search of the second version.</summary>
    public static MemoryForm List { get; } = new();

    /// <summary>The search of the third version says <c>run_id</c> where all others say <c>session_id</c>.</summary>
    public static MemoryForm Search { get; } = new() { RunField = "run_id", Breakdown = true };

    /// <summary>One memory, an updated one, and the list of the first version.</summary>
    public static MemoryForm One { get; } = new() { Lifecycle = true };

    /// <summary>The memories of one entity.</summary>
    public static MemoryForm OfEntity { get; } = new() { Input = true };

    public string RunField { get; init; } = "session_id";

    public bool Breakdown { get; init; }

    public bool Lifecycle { get; init; }

    public bool Input { get; init; }

    /// <summary>Only these fields, beside those no reader can do without; null means all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    public object Write(StoredMemory memory)
    {
        var written = new OrderedDictionary<string, object?>
        {
            ["id"] = memory.Id,
            ["memory"] = memory.Text,
            ["user_id"] = memory.Scope.UserId,
            ["agent_id"] = memory.Scope.AgentId,
            ["app_id"] = memory.Scope.AppId,
            [RunField] = memory.Scope.RunId,
            ["metadata"] = memory.Metadata,
            ["categories"] = memory.Categories,
            ["created_at"] = WireJson.Time(memory.CreatedAt),
            ["updated_at"] = WireJson.Time(memory.UpdatedAt),
            ["expiration_date"] = memory.ExpirationDate,
            ["structured_attributes"] = Attributes(memory.CreatedAt.UtcDateTime),
            ["replaced_by"] = memory.ReplacedBy,
            ["synthesized"] = memory.Synthesized,
        };
        AddMore(written, memory);
        return Chosen(written);
    }

    public object Write(ScoredMemory found)
    {
        var written = (OrderedDictionary<string, object?>)Write(found.Memory);
        written["score"] = found.Score;
        if (Breakdown)
        {
            written["score_breakdown"] = new { semantic = Math.Round(found.Semantic, 6), bm25 = Math.Round(found.Keyword, 6), entity = Math.Round(found.Entity ?? 0, 6) };
        }

        return Chosen(written);
    }

    public static object Write(HistoryEntry entry) => new OrderedDictionary<string, object?>
    {
        ["id"] = entry.Id,
        ["memory_id"] = entry.MemoryId,
        ["input"] = Mem0Tables.Parse(entry.Input),
        ["old_memory"] = entry.OldMemory,
        ["new_memory"] = entry.NewMemory,
        ["event"] = entry.Event,
        ["user_id"] = entry.Scope.UserId,
        ["agent_id"] = entry.Scope.AgentId,
        ["app_id"] = entry.Scope.AppId,
        ["session_id"] = entry.Scope.RunId,
        ["categories"] = entry.Categories,
        ["metadata"] = entry.Metadata,
        ["created_at"] = WireJson.Time(entry.CreatedAt),
        ["updated_at"] = WireJson.Time(entry.UpdatedAt),
    };

    private void AddMore(OrderedDictionary<string, object?> written, StoredMemory memory)
    {
        if (Lifecycle)
        {
            written["lifecycle_state"] = memory.MergedInto is not null ? "merged" : memory.ReplacedBy is not null ? "superseded" : "active";
        }

        if (Input)
        {
            written["input"] = Mem0Tables.Parse(memory.Input);
            written["is_updated"] = memory.UpdatedAt > memory.CreatedAt;
        }
    }

    private object Chosen(OrderedDictionary<string, object?> written)
    {
        if (Fields is null)
        {
            return written;
        }

        foreach (var name in written.Keys.Except(Fields).Except(AlwaysWritten).ToArray())
        {
            written.Remove(name);
        }

        return written;
    }

    private static object Attributes(DateTime created) => new
    {
        year = created.Year,
        month = created.Month,
        day = created.Day,
        hour = created.Hour,
        minute = created.Minute,
        quarter = ((created.Month - 1) / 3) + 1,
        day_of_week = created.DayOfWeek.ToString().ToLowerInvariant(),
        is_weekend = created.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday,
    };
}
