namespace CacheKeeper;

/// <summary>A failure that knows what to do about it.</summary>
internal interface IHinted
{
    /// <summary>What to do next; empty when nothing can be said.</summary>
    string Hint { get; }
}
