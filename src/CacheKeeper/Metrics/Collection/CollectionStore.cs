using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Remembers what one collection leaves for the next.</summary>
internal sealed class CollectionStore(StateStore state)
{
    private const string Note = "metrics-collection";
    private readonly NoteStore _notes = new(state);

    public async Task<CollectionMemory> ReadAsync(string project, CancellationToken cancellationToken) =>
        await _notes.ReadAsync<Stored>(project, Note, cancellationToken) is { } stored ? stored.ToMemory() : new CollectionMemory();

    public Task WriteAsync(string project, CollectionMemory memory, CancellationToken cancellationToken) =>
        _notes.WriteAsync(project, Note, Stored.Of(memory), memory.At ?? DateTimeOffset.UnixEpoch, cancellationToken);

    private sealed record Stored
    {
        public DateTimeOffset? At { get; init; }
        public IReadOnlyList<StoredReading> Readings { get; init; } = [];
        public Dictionary<string, double> Redis { get; init; } = [];
        public TierCalls? Calls { get; init; }
        public string? Process { get; init; }

        public static Stored Of(CollectionMemory memory) => new()
        {
            At = memory.At,
            Readings = [.. memory.Readings.Select(reading => new StoredReading(reading.ReadAt, [.. reading.Values.Select(pair => new StoredCount(pair.Key.Kind, pair.Key.Tier, pair.Key.Category, pair.Value))]))],
            Redis = new(memory.Redis),
            Calls = memory.Calls,
            Process = memory.Process,
        };

        public CollectionMemory ToMemory() => new()
        {
            At = At,
            Readings = [.. Readings.Select(reading => new ClientCounters(reading.At, reading.Counts.ToDictionary(count => (count.K, count.T, count.C), count => count.N)))],
            Redis = Redis,
            Calls = Calls,
            Process = Process,
        };
    }

    private sealed record StoredReading(DateTimeOffset At, IReadOnlyList<StoredCount> Counts);

    private sealed record StoredCount(string K, string T, string C, long N);
}
