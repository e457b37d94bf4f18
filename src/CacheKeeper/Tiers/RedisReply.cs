using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>One reply of a Redis server: an integer, bytes, an array, an error, or nothing.</summary>
/// <remarks>A look at a large store makes one for every key, so what it is and what it holds share a field.</remarks>
internal sealed record RedisReply
{
    public static readonly RedisReply Null = new();
    private static readonly object Whole = new();
    private readonly object? _told;
    private readonly long _integer;

    public long? Integer
    {
        get => _told == Whole ? _integer : null;
        init => (_told, _integer) = value is { } integer ? (Whole, integer) : (null, 0);
    }

    public byte[]? Bytes
    {
        get => _told as byte[];
        init => _told = value;
    }

    public IReadOnlyList<RedisReply>? Items
    {
        get => _told as IReadOnlyList<RedisReply>;
        init => _told = value;
    }

    public string? Error
    {
        get => _told as string;
        init => _told = value;
    }

    public bool IsNull => _told is null;

    /// <summary>The reply as text; null when it is none.</summary>
    public string? Text => Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : Integer?.ToString();

    /// <summary>The reply as a number, also when the server wrote it as text.</summary>
    public long? Number => Integer ?? (long.TryParse(Text, out var value) ? value : null);
}
