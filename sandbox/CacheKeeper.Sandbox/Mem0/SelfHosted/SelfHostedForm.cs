using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Sandbox.Mem0.Search;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.SelfHosted;

/// <summary>How the open-source server writes a memory: with the hash of its text, without app and categories.</summary>
internal static class SelfHostedForm
{
    public static OrderedDictionary<string, object?> Write(StoredMemory memory) => new()
    {
        ["id"] = memory.Id,
        ["memory"] = memory.Text,
        ["hash"] = Hash(memory.Text),
        ["user_id"] = memory.Scope.UserId,
        ["agent_id"] = memory.Scope.AgentId,
        ["run_id"] = memory.Scope.RunId,
        ["metadata"] = memory.Metadata,
        ["expiration_date"] = memory.ExpirationDate,
        ["created_at"] = WireJson.Time(memory.CreatedAt),
        ["updated_at"] = WireJson.Time(memory.UpdatedAt),
    };

    public static OrderedDictionary<string, object?> Write(ScoredMemory found, bool explain)
    {
        var written = Write(found.Memory);
        written["score"] = found.Score;
        if (explain)
        {
            written["score_details"] = new { semantic = found.Semantic, bm25 = found.Keyword, entity = found.Entity };
        }

        return written;
    }

    public static object Write(HistoryEntry entry) => new OrderedDictionary<string, object?>
    {
        ["id"] = entry.Id,
        ["memory_id"] = entry.MemoryId,
        ["old_memory"] = entry.OldMemory,
        ["new_memory"] = entry.NewMemory,
        ["event"] = entry.Event,
        ["created_at"] = WireJson.Time(entry.CreatedAt),
        ["updated_at"] = WireJson.Time(entry.UpdatedAt),
        ["is_deleted"] = entry.Event == "DELETE",
        ["actor_id"] = null,
        ["role"] = null,
    };

    [SuppressMessage("Security", "CA5351", Justification = "The wire format names MD5; it identifies texts and protects nothing.")]
    public static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
