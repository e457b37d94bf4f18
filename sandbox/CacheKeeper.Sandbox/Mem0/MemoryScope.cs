namespace CacheKeeper.Sandbox.Mem0;

/// <summary>To whom a memory belongs; at least one of the four is set.</summary>
internal sealed record MemoryScope(string? UserId, string? AgentId, string? AppId, string? RunId)
{
    public bool IsEmpty => UserId is null && AgentId is null && AppId is null && RunId is null;

    public string? this[EntityType type] => type switch
    {
        EntityType.User => UserId,
        EntityType.Agent => AgentId,
        EntityType.App => AppId,
        _ => RunId,
    };
}
