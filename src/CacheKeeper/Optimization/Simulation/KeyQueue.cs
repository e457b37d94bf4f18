namespace CacheKeeper.Optimization.Simulation;

/// <summary>One queue: the head is the newest, the tail the next to go.</summary>
internal sealed class KeyQueue(KeyLinks links)
{
    private const int None = -1;

    public int Count { get; private set; }

    /// <summary>The oldest key, or -1.</summary>
    public int Tail { get; private set; } = None;

    /// <summary>The newest key, or -1.</summary>
    public int Head { get; private set; } = None;

    public void AddFirst(int key)
    {
        links.Previous[key] = None;
        links.Next[key] = Head;
        if (Head == None)
        {
            Tail = key;
        }
        else
        {
            links.Previous[Head] = key;
        }

        Head = key;
        Count++;
    }

    public void Remove(int key)
    {
        var (newer, older) = (links.Previous[key], links.Next[key]);
        if (newer == None)
        {
            Head = older;
        }
        else
        {
            links.Next[newer] = older;
        }

        if (older == None)
        {
            Tail = newer;
        }
        else
        {
            links.Previous[older] = newer;
        }

        Count--;
    }

    public int RemoveLast()
    {
        var key = Tail;
        Remove(key);
        return key;
    }

    public void MoveFirst(int key)
    {
        if (Head != key)
        {
            Remove(key);
            AddFirst(key);
        }
    }
}
