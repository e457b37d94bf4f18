using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>One raw reply for each command of a request, in order, whether Redis gave it or the gate.</summary>
internal sealed class ReplySet(int count) : IDisposable
{
    private readonly ReadOnlyMemory<byte>[] items = new ReadOnlyMemory<byte>[count];

    /// <summary>The buffer the items point into.</summary>
    public RespReplies Source { get; } = new();

    public int Count => items.Length;

    /// <summary>When a transaction was discarded as a whole: its one error reply.</summary>
    public byte[]? Discarded { get; set; }

    public ReadOnlyMemory<byte> this[int index]
    {
        get => items[index];
        set => items[index] = value;
    }

    public void Dispose() => Source.Dispose();
}
