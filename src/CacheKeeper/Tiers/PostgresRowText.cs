using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CacheKeeper.Tiers;

/// <summary>
/// A whole row as JSON, put together from its columns' own texts: what row_to_json gives, at a fifth of the server's time (docs/decisions.md). Types whose text is
/// not known to read back the same are left to the server's to_json.
/// </summary>
/// <param name="columns">The columns that a row is written back with, and their types as format_type names them.</param>
internal sealed class PostgresRowText(IReadOnlyDictionary<string, string> columns)
{
    /// <summary>Sent before a statement with <see cref="Columns"/>: a date's text must read the same on every server. Ends with the transaction.</summary>
    public const string Settings = "SET LOCAL datestyle = 'ISO, MDY'; ";

    // The text is JSON as it stands.
    private static readonly string[] AsItStands = ["smallint", "integer", "bigint", "json", "jsonb"];

    // The text is a JSON string, which json_populate_recordset hands to the type's own input. A numeric is one for the sake of NaN.
    private static readonly string[] AsString =
        ["text", "character varying", "numeric", "uuid", "date", "timestamp without time zone", "timestamp with time zone", "text[]", "character varying[]"];

    private readonly (JsonEncodedText Name, Form Form)[] _columns = [.. columns.Select(column => (JsonEncodedText.Encode(column.Key, JavaScriptEncoder.UnsafeRelaxedJsonEscaping), FormOf(column.Value)))];

    /// <summary>What a statement gives of the row <c>t</c>, a column each, to be read as text.</summary>
    public string Columns { get; } = string.Join(", ", columns.Select(column => Expression($"t.{PostgresTable.QuoteColumn(column.Key)}", column.Value)));

    public int Count => _columns.Length;

    /// <summary>A writer for many rows, one after the other.</summary>
    public static Utf8JsonWriter Writer(ArrayBufferWriter<byte> row) => new(row, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Adds the column at <paramref name="at"/> to the object that the writer is in.</summary>
    /// <param name="text">UTF-8; null for NULL.</param>
    public void Write(Utf8JsonWriter writer, int at, byte[]? text)
    {
        var (name, form) = _columns[at];
        switch (form)
        {
            case var _ when text is null:
                writer.WriteNull(name);
                break;
            case Form.String:
                writer.WriteString(name, text);
                break;
            case Form.Truth:
                writer.WriteBoolean(name, text is [(byte)'t']);
                break;
            default:
                writer.WritePropertyName(name);
                writer.WriteRawValue(text, skipInputValidation: true);
                break;
        }
    }

    private static string Expression(string column, string type) => FormOf(type) == Form.Told ? $"to_json({column})" : column;

    private static Form FormOf(string type) =>
        AsString.Contains(type) ? Form.String : AsItStands.Contains(type) ? Form.AsItStands : type == "boolean" ? Form.Truth : Form.Told;

    private enum Form
    {
        AsItStands,
        String,

        /// <summary>Its text is t or f.</summary>
        Truth,

        /// <summary>The server says it in JSON.</summary>
        Told,
    }
}
