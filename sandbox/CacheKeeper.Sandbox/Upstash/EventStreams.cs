using System.Buffers;
using System.Net;
using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>SUBSCRIBE, PSUBSCRIBE and MONITOR as server-sent events; each has a connection of its own, which ends with the request.</summary>
internal sealed class EventStreams(IPEndPoint redis, CancellationToken stopping)
{
    /// <summary>Whether a path opens a stream.</summary>
    public static bool Opens(string path) =>
        path.StartsWith("/subscribe/", StringComparison.OrdinalIgnoreCase)
        || path.StartsWith("/psubscribe/", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/monitor", StringComparison.OrdinalIgnoreCase);

    public async Task ServeAsync(HttpContext context, CommandView command)
    {
        var request = Encode(command);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await using var connection = await RespConnection.ConnectAsync(redis, ended.Token);
        using var replies = new RespReplies();
        replies.Expect(1);
        try
        {
            await connection.SendAsync(request, ended.Token);
            await connection.ReadAsync(replies, ended.Token);
            await (replies[0][0] == (byte)'-'
                ? UpstashAnswer.OneAsync(context, replies.Memory(0), new ReplyFormat(false, false))
                : PumpAsync(context, connection, replies, ended.Token));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The caller went away or the front is ending: both are how a stream ends.
        }
    }

    private static async Task PumpAsync(HttpContext context, RespConnection connection, RespReplies replies, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        while (true)
        {
            while (replies.IsComplete)
            {
                Write(context.Response.BodyWriter, replies[0]);
                replies.Drop();
            }

            await context.Response.BodyWriter.FlushAsync(cancellationToken);
            await connection.ReadAsync(replies, cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Encode(CommandView command)
    {
        var output = new ArrayBufferWriter<byte>();
        RespWriter.Array(output, command.Count);
        for (var index = 0; index < command.Count; index++)
        {
            RespWriter.Bulk(output, command[index]);
        }

        return output.WrittenMemory;
    }

    // data: message,chat,hello - or, for MONITOR, data: "OK" and then its lines.
    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> reply)
    {
        var reader = new RespReader(reply);
        reader.Read();
        output.Write("data: "u8);
        if (reader.Kind == (byte)'*')
        {
            WriteFields(output, ref reader);
        }
        else
        {
            WriteLine(output, reader.Text.SequenceEqual("OK"u8) ? "\"OK\""u8 : MonitorLine.WithoutAddress(reader.Text));
        }

        output.Write("\n\n"u8);
    }

    private static void WriteFields(IBufferWriter<byte> output, ref RespReader reader)
    {
        var fields = reader.Length;
        for (var index = 0; index < fields; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            reader.Read();
            WriteLine(output, reader.Text);
        }
    }

    // A line end inside a payload would end the event: as server-sent events have it, the rest goes on in a further data line.
    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        var valid = System.Text.Unicode.Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        for (var end = valid.IndexOf((byte)'\n'); end >= 0; end = valid.IndexOf((byte)'\n'))
        {
            output.Write(valid[..end]);
            output.Write("\ndata: "u8);
            valid = valid[(end + 1)..];
        }

        output.Write(valid);
    }
}
