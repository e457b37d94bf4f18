namespace CacheKeeper.Backup.Copies;

/// <summary>Reads a stream as blocks of whole lines, all in one buffer.</summary>
internal sealed class LineStreamService(Stream stream)
{
    private byte[] _buffer = new byte[256 * 1024];
    private int _given;
    private int _filled;
    private bool _ended;

    /// <summary>The next lines, which stand until the next are asked for; empty at the end. A line longer than the buffer makes it longer.</summary>
    public async Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        // What was cut off after the last newline comes first.
        _buffer.AsSpan(_given, _filled - _given).CopyTo(_buffer);
        (_filled, _given) = (_filled - _given, 0);
        while (!_ended)
        {
            if (_filled == _buffer.Length)
            {
                if (Give() is { Length: > 0 } block)
                {
                    return block;
                }

                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancellationToken);
            (_filled, _ended) = (_filled + read, read == 0);
        }

        return Give();
    }

    private ReadOnlyMemory<byte> Give()
    {
        _given = _buffer.AsSpan(0, _filled).LastIndexOf((byte)'\n') + 1;
        return _buffer.AsMemory(0, _given);
    }
}
