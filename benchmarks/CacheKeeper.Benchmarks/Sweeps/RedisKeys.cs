using System.Buffers;
using System.Globalization;
using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>Keys of a cache in a Redis of our own: 256 to 1791 bytes each, 70 % with an expiry, as the references were measured.</summary>
internal static class RedisKeys
{
    public const string Prefix = "bench:";
    private const int Batch = 500;
    private static readonly string[] Categories = ["payments", "refunds", "limits", "kyc"];

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Categories[number % Categories.Length]}:{(uint)(number * 2654435761):x8}{number:x8}");

    public static async Task FillAsync(RedisServer redis, int keys, CancellationToken cancellationToken)
    {
        var random = new Random(20261124);
        await using var connection = await RespConnection.ConnectAsync(redis.EndPoint, cancellationToken);
        foreach (var part in Enumerable.Range(0, keys).Chunk(Batch))
        {
            var commands = new ArrayBufferWriter<byte>();
            foreach (var number in part)
            {
                var value = Value(random);
                if (random.NextDouble() < 0.7)
                {
                    RespWriter.Command(commands, "SET", Key(number), value, "EX", random.Next(3600, 86_400).ToString(CultureInfo.InvariantCulture));
                }
                else
                {
                    RespWriter.Command(commands, "SET", Key(number), value);
                }
            }

            await ExchangeAsync(connection, commands, part.Length, cancellationToken);
        }
    }

    public static async Task ExchangeAsync(RespConnection connection, ArrayBufferWriter<byte> commands, int count, CancellationToken cancellationToken)
    {
        using var replies = new RespReplies();
        await connection.ExchangeAsync(commands.WrittenMemory, count, replies, cancellationToken);
    }

    /// <summary>One SCAN step of the raw loop: the next cursor and the keys, from the bytes as they came.</summary>
    public static async Task<(string Cursor, List<string> Keys)> ScanAsync(RespConnection connection, string cursor, int count, CancellationToken cancellationToken)
    {
        var command = new ArrayBufferWriter<byte>();
        RespWriter.Command(command, "SCAN", cursor, "COUNT", count.ToString(CultureInfo.InvariantCulture));
        using var replies = new RespReplies();
        await connection.ExchangeAsync(command.WrittenMemory, 1, replies, cancellationToken);
        var lines = Encoding.UTF8.GetString(replies[0]).Split("\r\n");
        return (lines[2], [.. lines.Skip(4).Where((line, at) => at % 2 == 1 && line.Length > 0)]);
    }

    private static string Value(Random random)
    {
        var value = new StringBuilder();
        for (var size = random.Next(256, 1792); value.Length < size;)
        {
            value.Append(random.Next(10_000_000)).Append(" words of an answer, ");
        }

        return value.ToString();
    }
}
