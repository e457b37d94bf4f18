namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>The known users, agents, apps and runs, in the order in which they came.</summary>
internal sealed class EntityDirectory
{
    private readonly Lock gate = new();
    private readonly Dictionary<(EntityType Type, string Name), Mem0Entity> entities = [];

    public IReadOnlyList<Mem0Entity> All
    {
        get
        {
            lock (gate)
            {
                return [.. entities.Values.OrderBy(entity => entity.Id)];
            }
        }
    }

    public Mem0Entity? Find(EntityType type, string name)
    {
        lock (gate)
        {
            return entities.GetValueOrDefault((type, name));
        }
    }

    public void Put(Mem0Entity entity)
    {
        lock (gate)
        {
            entities[(entity.Type, entity.Name)] = entity;
        }
    }

    public void Remove(EntityType type, string name)
    {
        lock (gate)
        {
            entities.Remove((type, name));
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entities.Clear();
        }
    }
}
