using System.Collections.Concurrent;

namespace CacheKeeper.Client;

/// <summary>Makes plain text of what Redis and PostgreSQL hold, and fetches the dictionaries that compressed values need.</summary>
/// <param name="fetch">Finds a dictionary by its id; null when there is none.</param>
internal sealed class EnvelopeReader(Func<string, CancellationToken, Task<byte[]?>> fetch)
{
    private const int MostDictionaries = 16;

    private readonly ConcurrentDictionary<string, byte[]> known = new();

    /// <summary>Text as it may be stored as it is: what begins like an envelope is put into one.</summary>
    public static string Guarded(string text) => ValueEnvelope.IsEnvelope(text) ? ValueEnvelope.Wrap(text) ?? text : text;

    /// <summary>The text of a value; throws when it is an envelope that cannot be read, for half an answer is none.</summary>
    public async Task<string> ReadAsync(string value, CancellationToken cancellationToken)
    {
        if (!ValueEnvelope.IsEnvelope(value))
        {
            return value;
        }

        var id = ValueEnvelope.DictionaryOf(value);
        var dictionary = id is null ? null : await DictionaryAsync(id, cancellationToken);
        return ValueEnvelope.TryRead(value, dictionary, out var text) ? text
            : throw new CacheTierException($"A compressed value is damaged, or its dictionary ({id ?? "none"}) is missing.");
    }

    private async Task<byte[]?> DictionaryAsync(string id, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(id, out var dictionary))
        {
            return dictionary;
        }

        var fetched = await fetch(id, cancellationToken);
        if (fetched is not null)
        {
            if (known.Count >= MostDictionaries)
            {
                known.Clear();
            }

            known[id] = fetched;
        }

        return fetched;
    }
}
