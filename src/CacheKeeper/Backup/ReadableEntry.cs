using System.Text.Json.Nodes;
using CacheKeeper.Client;

namespace CacheKeeper.Backup;

/// <summary>An entry of a backup as a person reads it: what the keeper compressed is shown as its text.</summary>
internal static class ReadableEntry
{
    /// <param name="dictionaries">Those of the same restore point, by id; a value whose dictionary is not among them stays as it is.</param>
    public static JsonNode Of(JsonNode entry, IReadOnlyDictionary<string, byte[]> dictionaries)
    {
        if (entry is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if (value is JsonValue text && text.TryGetValue<string>(out var stored) && Text(stored, dictionaries) is { } readable)
                {
                    fields[name] = readable;
                }
            }
        }

        return entry;
    }

    private static string? Text(string stored, IReadOnlyDictionary<string, byte[]> dictionaries) =>
        ValueEnvelope.IsEnvelope(stored) && ValueEnvelope.TryRead(stored, ValueEnvelope.DictionaryOf(stored) is { } id ? dictionaries.GetValueOrDefault(id) : null, out var text) ? text : null;
}
