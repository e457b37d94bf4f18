namespace CacheKeeper.Alerts;

/// <summary>A message on its way: what it says, how often it was tried, and what became of it.</summary>
internal sealed record OutboxEntry(AlertMessage Message, string Channel)
{
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Tries begun, the running one included.</summary>
    public int Attempts { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset? DeadAt { get; init; }
    public string? Error { get; init; }
}

/// <summary>Messages claimed for one sending; <paramref name="Id"/> stays the same for every try, and so do its members.</summary>
internal sealed record Delivery(string Id, IReadOnlyList<OutboxEntry> Entries);
