using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Asks a server that may still be starting who it is.</summary>
internal static class RespProbe
{
    /// <summary>The INFO field's value (empty when absent), or null while nobody answers.</summary>
    public static async Task<string?> VersionAsync(IPEndPoint endPoint, string field, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await RespConnection.ConnectAsync(endPoint, cancellationToken);
            using var replies = new RespReplies();
            await connection.ExchangeAsync("*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"u8.ToArray(), 1, replies, cancellationToken);
            var reply = replies[0];
            return reply.StartsWith("$"u8) ? Field(Encoding.UTF8.GetString(reply), field) : null;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return null;
        }
    }

    private static string Field(string info, string field) =>
        field.Length == 0 ? "" : info.Split("\r\n").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))?[field.Length..] ?? "";
}
