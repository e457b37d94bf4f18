using System.Diagnostics;
using Npgsql;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>The readers of the cache: 500 lookups a second by hash on 4 connections, open loop, so that waiting in line counts.</summary>
internal sealed class ReaderProbe : IAsyncDisposable
{
    private const int Readers = 4;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(2);
    private readonly List<double> _milliseconds = [];
    private readonly Thread[] _threads;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private volatile bool _stop;

    public ReaderProbe(NpgsqlDataSource source, int rows)
    {
        _threads = [.. Enumerable.Range(0, Readers).Select(reader => new Thread(() => Read(source, rows, reader)) { IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public (double P99, double Max) Result()
    {
        _stop = true;
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? (0, 0) : (sorted[(int)((sorted.Length - 1) * 0.99)], sorted[^1]);
    }

    public ValueTask DisposeAsync()
    {
        _stop = true;
        return ValueTask.CompletedTask;
    }

    private void Read(NpgsqlDataSource source, int rows, int reader)
    {
        var random = new Random(reader);
        using var connection = source.OpenConnection();
        using var command = new NpgsqlCommand("SELECT response_text FROM cache_entries WHERE query_hash = $1", connection) { Parameters = { new NpgsqlParameter<string>() } };
        for (long number = reader; !_stop; number += Readers)
        {
            var due = number * Every;
            while (Stopwatch.GetElapsedTime(_begun) is var now && now < due)
            {
                Thread.Sleep(due - now > TimeSpan.FromMilliseconds(1) ? 1 : 0);
            }

            ((NpgsqlParameter<string>)command.Parameters[0]).TypedValue = SweepTables.Hash(random.Next(1, rows + 1));
            command.ExecuteScalar();
            var waited = (Stopwatch.GetElapsedTime(_begun) - due).TotalMilliseconds;
            lock (_milliseconds)
            {
                _milliseconds.Add(waited);
            }
        }
    }
}
