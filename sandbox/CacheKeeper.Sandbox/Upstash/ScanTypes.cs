using System.Buffers;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>SCAN … WITHTYPE on a server that does not know it: key, key becomes key, type, key, type.</summary>
internal static class ScanTypes
{
    private static readonly byte[] Type = "TYPE"u8.ToArray();

    public static async Task<ReadOnlyMemory<byte>> AddAsync(RespConnection connection, ReadOnlyMemory<byte> page, CancellationToken cancellationToken)
    {
        if (page.Span[0] != (byte)'*')
        {
            return page;
        }

        var request = new ArrayBufferWriter<byte>();
        var keys = Ask(page.Span, request);
        using var types = new RespReplies();
        await connection.ExchangeAsync(request.WrittenMemory, keys, types, cancellationToken);
        return Merge(page.Span, types);
    }

    private static int Ask(ReadOnlySpan<byte> page, ArrayBufferWriter<byte> request)
    {
        var reader = new RespReader(page);
        var keys = Enter(ref reader, out _);
        for (var index = 0; index < keys; index++)
        {
            reader.Read();
            RespWriter.Array(request, 2);
            RespWriter.Bulk(request, Type);
            RespWriter.Bulk(request, reader.Text);
        }

        return keys;
    }

    private static ReadOnlyMemory<byte> Merge(ReadOnlySpan<byte> page, RespReplies types)
    {
        var output = new ArrayBufferWriter<byte>(page.Length * 2);
        var reader = new RespReader(page);
        var keys = Enter(ref reader, out var cursor);
        RespWriter.Array(output, 2);
        RespWriter.Bulk(output, cursor);
        RespWriter.Array(output, keys * 2);
        for (var index = 0; index < keys; index++)
        {
            reader.Read();
            RespWriter.Bulk(output, reader.Text);
            RespWriter.Bulk(output, types[index][1..^2]);
        }

        return output.WrittenMemory;
    }

    private static int Enter(ref RespReader reader, out ReadOnlySpan<byte> cursor)
    {
        reader.Read();
        reader.Read();
        cursor = reader.Text;
        reader.Read();
        return reader.Length;
    }
}
