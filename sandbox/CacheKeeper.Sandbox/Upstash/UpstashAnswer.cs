using System.Buffers;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Writes answers: status, content type and body.</summary>
internal static class UpstashAnswer
{
    /// <summary>An error of the front's own, always JSON.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        ReplyJson.Write(context.Response.BodyWriter, RespWriter.Error(text), base64: false);
        return context.Response.BodyWriter.FlushAsync().AsTask();
    }

    /// <summary>One command's reply: 400 when it is an error.</summary>
    public static Task OneAsync(HttpContext context, ReadOnlyMemory<byte> reply, ReplyFormat format)
    {
        context.Response.StatusCode = reply.Span[0] == (byte)'-' ? 400 : 200;
        Begin(context, format);
        if (format.Resp)
        {
            context.Response.BodyWriter.Write(reply.Span);
        }
        else
        {
            ReplyJson.Write(context.Response.BodyWriter, reply.Span, format.Base64);
        }

        return context.Response.BodyWriter.FlushAsync().AsTask();
    }

    /// <summary>The replies of a pipeline or a transaction, errors among them: always 200.</summary>
    public static Task ManyAsync(HttpContext context, ReplySet replies, ReplyFormat format)
    {
        Begin(context, format);
        var output = context.Response.BodyWriter;
        if (format.Resp)
        {
            RespWriter.Array(output, replies.Count);
            for (var index = 0; index < replies.Count; index++)
            {
                output.Write(replies[index].Span);
            }
        }
        else
        {
            ReplyJson.Write(output, replies, format.Base64);
        }

        return output.FlushAsync().AsTask();
    }

    private static void Begin(HttpContext context, ReplyFormat format) =>
        context.Response.ContentType = format.Resp ? "application/octet-stream" : "application/json";
}
