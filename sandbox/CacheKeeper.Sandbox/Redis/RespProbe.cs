using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Asks a server that may still be starting who it is.</summary>
internal static class RespProbe
{
    /// <summary>The text of INFO server, or null while nobody answers, or answers only that it still loads what lies on its disk (INFO is heard then already, PING is not).</summary>
    public static async Task<string?> InfoAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await RespConnection.ConnectAsync(endPoint, cancellationToken);
            using var replies = new RespReplies();
            await connection.ExchangeAsync("*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n*1\r\n$4\r\nPING\r\n"u8.ToArray(), 2, replies, cancellationToken);
            return replies[0].StartsWith("$"u8) && replies[1].SequenceEqual("+PONG\r\n"u8) ? Encoding.UTF8.GetString(replies[0]) : null;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return null;
        }
    }

    /// <summary>A field of INFO's text, empty when it is absent.</summary>
    public static string Field(string info, string name) =>
        info.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
}
