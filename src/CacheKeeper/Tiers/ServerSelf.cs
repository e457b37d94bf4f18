namespace CacheKeeper.Tiers;

/// <summary>What a tier's server says of itself: its clock, and a text that changes when another database answers (null: it does not tell).</summary>
internal sealed record ServerSelf(DateTimeOffset Clock, string? Identity)
{
    /// <summary>The connection may do anything, and nobody has said that it may be used to remove: nothing is changed through it.</summary>
    public bool TooPowerful { get; init; }
}
