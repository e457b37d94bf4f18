using System.Buffers;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Reads a request's body up to a limit.</summary>
internal static class RequestBody
{
    private const int FirstSize = 16 * 1024;

    /// <summary>The whole body, or null when it is larger than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        if (request.ContentLength is { } length)
        {
            var whole = new byte[length];
            await request.Body.ReadExactlyAsync(whole, request.HttpContext.RequestAborted);
            return whole;
        }

        return await ReadUnknownAsync(request, limit);
    }

    private static async Task<byte[]?> ReadUnknownAsync(HttpRequest request, int limit)
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (buffer.WrittenCount <= limit)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(FirstSize), request.HttpContext.RequestAborted);
            if (read == 0)
            {
                return buffer.WrittenSpan.ToArray();
            }

            buffer.Advance(read);
        }

        return null;
    }
}
