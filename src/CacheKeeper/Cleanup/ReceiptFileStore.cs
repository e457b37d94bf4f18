using System.Buffers;
using System.Collections.Concurrent;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>The receipt of a run while it is written. Removals under way side by side make their frames side by side; what waits together goes to the disk together.</summary>
internal sealed class ReceiptFileStore(string path, string run, Action<string>? beforeEach) : IAsyncDisposable
{
    private const int LargestPooled = 32 << 20;
    private const int MostPooled = 4;

    // The run's own: the shared one would keep such a buffer for each thread that ever gave one back.
    private readonly ArrayPool<byte> _pool = ArrayPool<byte>.Create(LargestPooled, MostPooled);
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentQueue<ReceiptFrame> _waiting = new();
    private readonly ConcurrentBag<ReceiptFrameMaker> _makers = [];
    private bool _broken;
    private byte[] _hash = ReceiptFrameStore.Start(run);

    public long Frames { get; private set; }

    public string Head => Convert.ToHexString(_hash);

    /// <summary>Puts entries on disk; returns when they are durable.</summary>
    /// <exception cref="IOException">They are not; nothing may be removed after it.</exception>
    public async Task WriteAsync(IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var frame = Make(entries);
        _waiting.Enqueue(frame);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!frame.IsDurable)
            {
                await WriteWaitingAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _turn.Dispose();
        foreach (var maker in _makers)
        {
            maker.Dispose();
        }
    }

    private ReceiptFrame Make(IReadOnlyList<StoredEntry> entries)
    {
        var maker = _makers.TryTake(out var free) ? free : new ReceiptFrameMaker(_pool);
        try
        {
            return maker.Make(entries);
        }
        finally
        {
            _makers.Add(maker);
        }
    }

    // One flush for all that wait. A frame whose writer gave up meanwhile is written too: its removal never commits, and an undo finds its entries standing.
    private async Task WriteWaitingAsync()
    {
        // After a failed write nobody knows what stands at the end: a frame behind it could never be read again.
        if (_broken)
        {
            throw new IOException("the receipt could not be written to its end, so nothing more is removed");
        }

        _broken = true;
        var (written, hash) = (new List<ReceiptFrame>(), _hash);
        while (_waiting.TryDequeue(out var frame))
        {
            written.Add(frame);
            hash = frame.Chain(hash);
            beforeEach?.Invoke("receipt write");
            await _file.WriteAsync(frame.Bytes, CancellationToken.None);
        }

        beforeEach?.Invoke("receipt flush");
        _file.Flush(flushToDisk: true);
        (_hash, _broken) = (hash, false);
        Frames += written.Count;
        written.ForEach(frame => frame.Keep());
    }
}
