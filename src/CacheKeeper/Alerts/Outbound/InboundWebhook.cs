namespace CacheKeeper.Alerts.Outbound;

/// <summary>A message as it came in: its three headers (null when missing) and the body's bytes.</summary>
internal sealed record InboundWebhook(string? Id, string? Timestamp, string? Signature, byte[] Body);

/// <summary>What inbound messages are held to.</summary>
internal sealed record InboundPolicy
{
    /// <summary>How far the sender's clock may be from ours.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Larger bodies are refused unread, in bytes.</summary>
    public int LargestBody { get; init; } = 64 * 1024;

    /// <summary>How long an id is remembered.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>What an inbound message is.</summary>
internal enum WebhookVerdict
{
    Genuine,
    Malformed,
    TooLarge,
    WrongSignature,
    TooOldOrEarly,

    /// <summary>Genuine, but its id was taken before: not to be carried out again.</summary>
    Replayed,
}
