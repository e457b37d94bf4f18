namespace CacheKeeper.Alerts;

/// <summary>Who asks for messages of which channel, until when they are reserved, and how many may go in one.</summary>
internal sealed record Claim(string Project, string Channel, string Worker, DateTimeOffset Now, DateTimeOffset Until, int Most)
{
    /// <summary>Only this message.</summary>
    public string? Only { get; init; }
}

/// <summary>One try: what came of it, when it ended and how long it took.</summary>
internal sealed record DeliveryTry(DeliveryResult Result, DateTimeOffset EndedAt, TimeSpan Took);

/// <summary>Which messages are wanted.</summary>
internal enum OutboxFilter
{
    All,
    Open,
    Dead,
}
