using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;
using Spectre.Console;

namespace CacheKeeper.Cli;

/// <summary>Where commands speak: results on standard output, everything else on standard error.</summary>
internal static class TerminalHost
{
    /// <summary>JSON as we print it: snake_case, ISO times, readable text, nulls shown (unknown is not zero).</summary>
    public static readonly JsonSerializerOptions PrintedJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTime.Converter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly JsonSerializerOptions LineJson = new(PrintedJson) { WriteIndented = false };

    private static readonly IAnsiConsole Errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>How wide what is written may be; as wide as it needs where that is no terminal.</summary>
    public static int Width => RemoteSessionHost.Current?.Width ?? (Console.IsOutputRedirected ? RemoteSession.NoTerminal : Console.WindowWidth);

    private static bool IsTerminal => RemoteSessionHost.Current is { } remote ? remote.Width < RemoteSession.NoTerminal : !Console.IsOutputRedirected;

    private static TextWriter Out => RemoteSessionHost.Current?.Out ?? Console.Out;

    private static TextWriter Error => RemoteSessionHost.Current?.Error ?? Console.Error;

    /// <summary>Text as it came from elsewhere, on standard output.</summary>
    public static void Write(string text) => Out.Write(text);

    /// <summary>Drawn in place on standard error; silent where that is no terminal.</summary>
    public static void Progress(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Error.Write($"\r\u001b[2K{text}{(text.Length == 0 ? "" : " ")}");
        }
    }

    /// <summary>One JSON document on standard output.</summary>
    public static void Json(object document) => Out.WriteLine(JsonSerializer.Serialize(document, PrintedJson));

    /// <summary>One JSON document on one line, of many.</summary>
    public static void JsonLine(object document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, LineJson));

    /// <summary>Empties the screen before a live table is drawn anew.</summary>
    public static void Clear() => AnsiConsole.Clear();

    /// <summary>A finished sentence or block of text on standard output.</summary>
    public static void Say(string text) => Out.WriteLine(text);

    /// <summary>Sentences on standard output; on a terminal they are broken between words.</summary>
    public static void Tell(string text) => Out.WriteLine(IsTerminal ? WrappedText.Of(text, Width) : text);

    /// <summary>A line of another program: progress is drawn in place on a terminal, everything else is said.</summary>
    public static void Relay(string line)
    {
        var clear = Console.IsOutputRedirected ? "" : "\r\u001b[2K";
        if (clear.Length > 0 && ProgressLine.Of(line) is { } progress)
        {
            Console.Out.Write($"{clear}  {progress.Bar()}");
            return;
        }

        Console.Out.WriteLine($"{clear}  {line}");
    }

    /// <summary>A table on standard output, as wide as it needs where that is no terminal.</summary>
    public static void Table(Table table)
    {
        var output = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) });
        if (RemoteSessionHost.Current is not null || Console.IsOutputRedirected)
        {
            output.Profile.Width = Width;
        }

        output.Write(table);
    }

    /// <summary>A remark on standard error (progress, hints): never part of the result.</summary>
    public static void Remark(string text) => Error.WriteLine(text);

    /// <summary>Says what failed and what to do next.</summary>
    public static void Fail(string message, string hint)
    {
        Error.WriteLine(message);
        if (hint.Length > 0)
        {
            Error.WriteLine("→ " + hint);
        }
    }

    /// <summary>Runs work under a progress bar on standard error; silent where that is no terminal.</summary>
    public static async Task<T> ProgressAsync<T>(string title, bool quiet, Func<Action<double, string>, Task<T>> work)
    {
        if (RemoteSessionHost.Current is { } remote)
        {
            return await work(remote.Progress);
        }

        if (quiet || Console.IsErrorRedirected)
        {
            return await work((_, _) => { });
        }

        return await Errors.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask(Markup.Escape(title), maxValue: 1);
            return await work((share, text) =>
            {
                bar.Value = Math.Clamp(share, 0, 1);
                bar.Description = Markup.Escape(text.Length > 0 ? text : title);
            });
        });
    }
}
