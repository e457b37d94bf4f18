using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>One reply of a Redis server: an integer, bytes, an array, an error, or nothing.</summary>
internal sealed record RedisReply
{
    public static readonly RedisReply Null = new();

    public long? Integer { get; init; }
    public byte[]? Bytes { get; init; }
    public IReadOnlyList<RedisReply>? Items { get; init; }
    public string? Error { get; init; }

    public bool IsNull => Integer is null && Bytes is null && Items is null && Error is null;

    /// <summary>The reply as text; null when it is none.</summary>
    public string? Text => Bytes is not null ? Encoding.UTF8.GetString(Bytes) : Integer?.ToString();

    /// <summary>The reply as a number, also when the server wrote it as text.</summary>
    public long? Number => Integer ?? (long.TryParse(Text, out var value) ? value : null);
}
