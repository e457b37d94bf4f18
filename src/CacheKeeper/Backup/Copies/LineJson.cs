using System.Text.Json.Nodes;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Copies;

/// <summary>A line as JSON, for people and other programs.</summary>
internal static class LineJson
{
    public static JsonNode Of(TierPart part, ReadOnlySpan<byte> line) => part.Tier switch
    {
        "mem0" => JsonNode.Parse(LineText.Unescape(LineText.Field(line, 1)))!,
        "postgresql" => Row(part.Table!, line),
        DictionaryCopyTier.Word => new JsonObject { ["dictionary"] = LineText.Text(LineText.Field(line, 0)), ["content_base64"] = LineText.Text(LineText.Field(line, 2)) },
        _ => Key(line),
    };

    private static JsonObject Row(TableShape table, ReadOnlySpan<byte> line)
    {
        var row = new JsonObject();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            row[table.Columns[i].Name] = LineText.Text(LineText.Field(line, i));
        }

        return row;
    }

    private static JsonObject Key(ReadOnlySpan<byte> line)
    {
        var facts = LineFactsReaders.Key(line);
        var (kind, content) = (LineText.Text(LineText.Field(line, 1)), LineText.Unescape(LineText.Field(line, 5)) ?? []);
        return new JsonObject
        {
            ["key"] = facts.Id,
            ["kind"] = kind,
            ["expires_at"] = facts.ExpiresAt?.UtcDateTime.ToString("O"),
            ["category"] = facts.Category,
            [kind == "dump" ? "value_base64" : "value"] = kind == "dump" ? Convert.ToBase64String(content) : System.Text.Encoding.UTF8.GetString(content),
        };
    }
}
