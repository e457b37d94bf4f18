using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CacheKeeper.Storage.Audit;

/// <summary>How lines of the audit log hang together: each one's hash covers its number, every field, and the hash of the line before.</summary>
internal static class AuditChain
{
    /// <summary>The action of the line that says how much was cut off the beginning of the log.</summary>
    public const string Cut = "audit-cut";

    private const int LongestText = 1000;

    /// <summary>The entry as it can be stored by any database and shown on any terminal: bounded, without control characters, personal numbers marked.</summary>
    public static AuditEntry Clean(AuditEntry entry) => entry with
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(entry.At.ToUnixTimeMilliseconds()),
        Actor = new Actor(Clean(entry.Actor.Who), Clean(entry.Actor.From)),
        Project = entry.Project is null ? null : Clean(entry.Project),
        Action = Clean(entry.Action),
        Object = Clean(entry.Object),
        Result = Clean(entry.Result),
        Detail = Redaction.Apply(Clean(entry.Detail)),
    };

    public static AuditLine Link(AuditEntry entry, long seq, string previous) => new(seq, entry, previous, Hash(entry, seq, previous));

    public static string Hash(AuditEntry entry, long seq, string previous)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteNumberValue(seq);
            json.WriteStringValue(previous);
            json.WriteNumberValue(entry.At.ToUnixTimeMilliseconds());
            foreach (var text in new[] { entry.Actor.Who, entry.Actor.From, entry.Project, entry.Action, entry.Object, entry.Result, entry.Detail })
            {
                json.WriteStringValue(text);
            }

            Write(json, entry.Before);
            Write(json, entry.After);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, long? value)
    {
        if (value is { } known)
        {
            json.WriteNumberValue(known);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= LongestText)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return clean.ToString();
    }
}
