using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CacheKeeper.Dashboard.Commands;

/// <summary>How a request names a command's arguments: as typed (<c>{"args":[…]}</c>), or each by its name (<c>{"max_rows":10}</c>, <c>?limit=5</c>).</summary>
internal sealed record CommandBody(IReadOnlyList<string> Arguments, int Width = CommandBody.Wide)
{
    private const int Wide = 200;
    private const int MostArguments = 200;
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <exception cref="KeeperException">A name is none of the command's.</exception>
    public static CommandBody FromQuery(Command command, IEnumerable<KeyValuePair<string, string>> query) =>
        new([.. query.Where(pair => pair.Key is not "project").SelectMany(pair => Named(command, pair.Key, [pair.Value]))]);

    /// <exception cref="KeeperException">The body is not what this call takes.</exception>
    public static CommandBody FromJson(Command command, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new CommandBody([]);
        }

        if (JsonNode.Parse(text, null, Once) is not JsonObject body || body.Count > MostArguments)
        {
            throw new JsonException();
        }

        var width = body["width"] is JsonValue wanted && wanted.TryGetValue<int>(out var columns) ? Math.Clamp(columns, 40, 500) : Wide;
        body.Remove("width");
        return body["args"] is JsonArray typed
            ? new CommandBody([.. typed.Take(MostArguments + 1).Select(Text)], width)
            : new CommandBody([.. body.SelectMany(pair => Named(command, pair.Key, pair.Value is JsonArray many ? [.. many.Select(Text)] : [Text(pair.Value)]))], width);
    }

    private static string Text(JsonNode? value) => value is JsonValue known ? known.ToString() : throw new JsonException();

    private static IEnumerable<string> Named(Command command, string name, IReadOnlyList<string> values)
    {
        var option = "--" + name.Replace('_', '-');
        if (command.Arguments.Any(argument => string.Equals(argument.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            return values;
        }

        if (command.Options.FirstOrDefault(known => known.Name == option) is not { } found)
        {
            throw KeeperException.Usage($"There is no '{name}' here.", "Here are: " + string.Join(", ", command.Arguments.Select(argument => argument.Name.ToLowerInvariant()).Concat(command.Options.Select(known => known.Name.TrimStart('-').Replace('-', '_')))) + ".");
        }

        return found.ValueType == typeof(bool)
            ? values[^1] is "true" ? [option] : []
            : values.SelectMany(value => new[] { option, value });
    }
}
