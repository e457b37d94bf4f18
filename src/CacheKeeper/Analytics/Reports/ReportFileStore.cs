using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Reports;

/// <summary>Writes reports as files beside the state: HTML for people, Markdown for chats, JSON for programs.</summary>
internal sealed class ReportFileStore(string directory)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTime.Converter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static readonly IReadOnlyList<string> Formats = ["html", "markdown", "json"];

    public static string Text(Report report, string format) => format switch
    {
        "html" => ReportHtml.Of(report),
        "markdown" => ReportMarkdown.Of(report),
        _ => JsonSerializer.Serialize(report, Json) + "\n",
    };

    /// <returns>The file's path.</returns>
    public async Task<string> WriteAsync(Report report, string format, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(directory, "reports");
        Directory.CreateDirectory(folder);
        var ending = format == "markdown" ? "md" : format;
        var path = Path.Combine(folder, $"{Uri.EscapeDataString(report.Project).Replace(".", "%2E", StringComparison.Ordinal)}-{report.Period.Name}-{report.Period.To.UtcDateTime:yyyy-MM-dd}.{ending}");
        await WriteAsync(path, Text(report, format), cancellationToken);
        return path;
    }

    /// <summary>Whole or not at all.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path + ".draft", text, new UTF8Encoding(false), cancellationToken);
        File.Move(path + ".draft", path, overwrite: true);
    }
}
