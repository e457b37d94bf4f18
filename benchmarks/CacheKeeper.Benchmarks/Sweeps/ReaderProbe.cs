using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>The readers of the cache: 500 lookups a second by hash on 4 connections, open loop, so that waiting in line counts.</summary>
internal static class ReaderProbe
{
    public const string Word = "row-readers";
    private const int Readers = 4;
    private const int WarmUps = 100;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(2);

    public static Task<ReaderProcess> StartAsync(string connection, int rows, CancellationToken cancellationToken) =>
        ReaderProcess.StartAsync(Word, [connection, rows.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    public static async Task RunAsync()
    {
        await using var source = NpgsqlDataSource.Create(Console.ReadLine()!);
        var rows = int.Parse(Console.ReadLine()!, CultureInfo.InvariantCulture);
        var readers = Enumerable.Range(0, Readers).Select(number => new Reader(source.OpenConnection(), rows, number)).ToArray();
        await ReaderProcess.ServeAsync(() => Parallel.ForEach(readers, reader => reader.WarmUp()), stopped =>
        {
            var begun = Stopwatch.GetTimestamp();
            var threads = readers.Select((reader, number) => new Thread(() => reader.Read(begun, number, stopped))).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            return [.. readers.SelectMany(reader => reader.Milliseconds)];
        });
        Array.ForEach(readers, reader => reader.Dispose());
    }

    private sealed class Reader : IDisposable
    {
        private readonly NpgsqlConnection _connection;
        private readonly NpgsqlCommand _command;
        private readonly int _rows;
        private readonly Random _random;

        public Reader(NpgsqlConnection connection, int rows, int seed)
        {
            (_connection, _rows, _random) = (connection, rows, new Random(seed));
            _command = new NpgsqlCommand("SELECT response_text FROM cache_entries WHERE query_hash = $1", connection) { Parameters = { new NpgsqlParameter<string>() } };
        }

        public List<double> Milliseconds { get; } = [];

        public void WarmUp()
        {
            for (var i = 0; i < WarmUps; i++)
            {
                One();
            }
        }

        public void Read(long begun, int first, Func<bool> stopped)
        {
            for (long number = first; !stopped(); number += Readers)
            {
                var due = number * Every;
                while (Stopwatch.GetElapsedTime(begun) is var now && now < due)
                {
                    Thread.Sleep(due - now > TimeSpan.FromMilliseconds(1) ? 1 : 0);
                }

                One();
                Milliseconds.Add((Stopwatch.GetElapsedTime(begun) - due).TotalMilliseconds);
            }
        }

        public void Dispose()
        {
            _command.Dispose();
            _connection.Dispose();
        }

        private void One()
        {
            ((NpgsqlParameter<string>)_command.Parameters[0]).TypedValue = SweepTables.Hash(_random.Next(1, _rows + 1));
            _command.ExecuteScalar();
        }
    }
}
