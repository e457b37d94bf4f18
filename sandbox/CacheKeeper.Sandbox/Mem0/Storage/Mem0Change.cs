using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>What a change may do to the store; each step goes to the index in memory and, within the open transaction, to the file.</summary>
/// <remarks>A change that refuses must do so before its first step: only the whole batch of changes can be rolled back.</remarks>
internal sealed class Mem0Change(SqliteSession session, MemoryCatalog memories, EntityDirectory entities, TimeProvider time)
{
    private long lastMemory = session.Scalar("SELECT max(sequence) FROM memories");
    private long lastEntity = session.Scalar("SELECT max(id) FROM entities");

    public MemoryCatalog Memories => memories;

    public EntityDirectory Entities => entities;

    public DateTimeOffset Now { get; private set; } = time.GetUtcNow();

    /// <summary>One change sees one time, to the millisecond that is stored.</summary>
    public void SetNow() => Now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    public StoredMemory Add(StoredMemory memory)
    {
        var added = memory with { Sequence = ++lastMemory };
        Put(added);
        foreach (var type in EntityTypes.All)
        {
            if (added.Scope[type] is { } name)
            {
                AddEntity(type, name, null);
            }
        }

        Remember(added, "ADD", null, added.Text);
        return added;
    }

    public void Update(StoredMemory old, StoredMemory changed)
    {
        Put(changed);
        Remember(changed, "UPDATE", old.Text, changed.Text);
    }

    /// <summary>Changes a memory without a line in its history.</summary>
    public void Put(StoredMemory memory)
    {
        memories.Put(memory);
        session.Execute(
            """
            INSERT OR REPLACE INTO memories VALUES ($id, $sequence, $text, $user, $agent, $app, $run, $metadata, $categories, $created, $updated, $expiration,
                $immutable, $synthesized, $replaced, $merged, $input)
            """,
            ("$id", memory.Id.ToString()), ("$sequence", memory.Sequence), ("$text", memory.Text), ("$user", memory.Scope.UserId), ("$agent", memory.Scope.AgentId),
            ("$app", memory.Scope.AppId), ("$run", memory.Scope.RunId), ("$metadata", memory.Metadata?.GetRawText()), ("$categories", JsonSerializer.Serialize(memory.Categories)),
            ("$created", memory.CreatedAt.ToUnixTimeMilliseconds()), ("$updated", memory.UpdatedAt.ToUnixTimeMilliseconds()), ("$expiration", memory.ExpirationDate),
            ("$immutable", memory.Immutable), ("$synthesized", memory.Synthesized), ("$replaced", memory.ReplacedBy), ("$merged", memory.MergedInto), ("$input", memory.Input));
    }

    public void Remove(StoredMemory memory)
    {
        memories.Remove(memory.Id);
        session.Execute("DELETE FROM memories WHERE id = $id", ("$id", memory.Id.ToString()));
        Remember(memory, "DELETE", memory.Text, null);
    }

    public void RemoveEverything()
    {
        memories.Clear();
        entities.Clear();
        foreach (var sql in (string[])["DELETE FROM memories", "DELETE FROM history", "DELETE FROM events", "DELETE FROM entities"])
        {
            session.Execute(sql);
        }
    }

    public Mem0Entity AddEntity(EntityType type, string name, JsonElement? metadata)
    {
        if (entities.Find(type, name) is { } known)
        {
            return known;
        }

        var entity = new Mem0Entity(++lastEntity, type, name, metadata, Now, Now);
        entities.Put(entity);
        session.Execute(
            "INSERT INTO entities VALUES ($id, $type, $name, $metadata, $now, $now)",
            ("$id", entity.Id), ("$type", type.Word()), ("$name", name), ("$metadata", metadata?.GetRawText()), ("$now", Now.ToUnixTimeMilliseconds()));
        return entity;
    }

    public void RemoveEntity(EntityType type, string name)
    {
        entities.Remove(type, name);
        session.Execute("DELETE FROM entities WHERE type = $type AND name = $name", ("$type", type.Word()), ("$name", name));
    }

    public void Put(Mem0Event item) => session.Execute(
        """
        INSERT INTO events (id, event_type, status, payload, results, created_at, updated_at, started_at, completed_at, error)
        VALUES ($id, $type, $status, $payload, $results, $created, $updated, $started, $completed, $error)
        ON CONFLICT (id) DO UPDATE SET status = excluded.status, results = excluded.results, updated_at = excluded.updated_at,
            started_at = excluded.started_at, completed_at = excluded.completed_at, error = excluded.error
        """,
        ("$id", item.Id.ToString()), ("$type", item.Type), ("$status", item.Status), ("$payload", item.Payload.GetRawText()), ("$results", item.Results.GetRawText()),
        ("$created", item.CreatedAt.ToUnixTimeMilliseconds()), ("$updated", item.UpdatedAt.ToUnixTimeMilliseconds()),
        ("$started", item.StartedAt?.ToUnixTimeMilliseconds()), ("$completed", item.CompletedAt?.ToUnixTimeMilliseconds()), ("$error", item.Error));

    public void PutDocument(string kind, string id, JsonElement body) => session.Execute(
        "INSERT INTO documents VALUES ($kind, $id, $body, $now, $now) ON CONFLICT DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
        ("$kind", kind), ("$id", id), ("$body", body.GetRawText()), ("$now", Now.ToUnixTimeMilliseconds()));

    /// <summary>Whether there was such a document.</summary>
    public bool RemoveDocument(string kind, string id) =>
        session.Execute("DELETE FROM documents WHERE kind = $kind AND id = $id", ("$kind", kind), ("$id", id)) > 0;

    private void Remember(StoredMemory memory, string change, string? before, string? after) => session.Execute(
        """
        INSERT INTO history (id, memory_id, event, old_memory, new_memory, input, user_id, agent_id, app_id, run_id, categories, metadata, created_at, updated_at)
        VALUES ($id, $memory, $event, $old, $new, $input, $user, $agent, $app, $run, $categories, $metadata, $now, $now)
        """,
        ("$id", Guid.NewGuid().ToString()), ("$memory", memory.Id.ToString()), ("$event", change), ("$old", before), ("$new", after), ("$input", memory.Input),
        ("$user", memory.Scope.UserId), ("$agent", memory.Scope.AgentId), ("$app", memory.Scope.AppId), ("$run", memory.Scope.RunId),
        ("$categories", JsonSerializer.Serialize(memory.Categories)), ("$metadata", memory.Metadata?.GetRawText()), ("$now", Now.ToUnixTimeMilliseconds()));
}
