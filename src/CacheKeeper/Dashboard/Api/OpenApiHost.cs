using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Commands;
using Microsoft.AspNetCore.Authorization;

namespace CacheKeeper.Dashboard.Api;

/// <summary>The API described by its own route table: every route with its right, and for commands every option with its meaning.</summary>
internal static partial class OpenApiHost
{
    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    public static JsonObject Of(IEnumerable<RouteEndpoint> endpoints, string version)
    {
        var paths = new JsonObject();
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = endpoint.RoutePattern.RawText!;
            var item = paths[path] as JsonObject ?? [];
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                item[method.ToLowerInvariant()] = Operation(endpoint, method, path);
            }

            paths[path] = item;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "CacheKeeper", ["version"] = version, ["description"] = "Reads the state of a kept cache and does what the command line does." },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject
                {
                    ["problem"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject { ["title"] = Typed("string"), ["status"] = Typed("integer"), ["detail"] = Typed("string") },
                    },
                },
            },
        };
    }

    private static JsonObject Operation(RouteEndpoint endpoint, string method, string path)
    {
        var right = endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        var command = endpoint.Metadata.GetMetadata<CommandRoute>();
        var parameters = new JsonArray([.. endpoint.RoutePattern.Parameters.Select(part => (JsonNode)Parameter(part.Name, "path", "string", "", required: true))]);
        parameters.Add((JsonNode)Parameter("project", "query", "string", "Which project; the token's first when left out", required: false));
        var operation = new JsonObject
        {
            ["operationId"] = NotWord().Replace($"{method.ToLowerInvariant()}{path["/api".Length..]}", "_").Trim('_'),
            ["summary"] = endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IEndpointSummaryMetadata>()?.Summary ?? "",
            // The one open route of the API proves who sends by the message's own signature.
            ["x-right"] = right ?? "signature",
            ["x-roles"] = right is null ? null : new JsonArray([.. Rights.Roles[right].Select(role => (JsonNode)role.ToString().ToLowerInvariant())]),
            ["parameters"] = parameters,
            ["responses"] = Responses(),
        };
        if (right is null)
        {
            operation["security"] = new JsonArray();
        }

        if (!ReadMethods.Contains(method))
        {
            parameters.Add((JsonNode)Parameter("Idempotency-Key", "header", "string", "Sent again with the same key, the change is not made again", required: false));
            operation["requestBody"] = new JsonObject { ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = command is null ? Typed("object") : Body(command) } } };
        }
        else if (command is not null)
        {
            foreach (var (name, type, meaning) in Named(command))
            {
                parameters.Add((JsonNode)Parameter(name, "query", type, meaning, required: false));
            }
        }

        return operation;
    }

    private static JsonObject Body(CommandRoute command)
    {
        var properties = new JsonObject { ["args"] = new JsonObject { ["type"] = "array", ["items"] = Typed("string"), ["description"] = "The arguments as typed; then no other field counts" } };
        foreach (var (name, type, meaning) in Named(command))
        {
            properties[name] = new JsonObject { ["type"] = type, ["description"] = meaning };
        }

        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static IEnumerable<(string Name, string Type, string Meaning)> Named(CommandRoute command) =>
        command.Command.Arguments.Select(argument => (argument.Name.ToLowerInvariant(), Word(argument.ValueType), argument.Description ?? ""))
            .Concat(command.Command.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal) && !option.Hidden && option is not System.CommandLine.Help.HelpOption)
                .Select(option => (option.Name[2..].Replace('-', '_'), Word(option.ValueType), option.Description ?? "")));

    private static string Word(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var flag when flag == typeof(bool) => "boolean",
        var whole when whole == typeof(int) || whole == typeof(long) => "integer",
        var real when real == typeof(double) => "number",
        { IsArray: true } => "array",
        _ => "string",
    };

    private static JsonObject Responses()
    {
        JsonObject problem() => new() { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/problem" } } };
        return new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "Done", ["content"] = new JsonObject { ["application/json"] = new JsonObject() } },
            ["400"] = new JsonObject { ["description"] = "What was asked for does not exist or cannot be read", ["content"] = problem() },
            ["401"] = new JsonObject { ["description"] = "No token, or one that is not known", ["content"] = problem() },
            ["403"] = new JsonObject { ["description"] = "The role may not do that", ["content"] = problem() },
            ["404"] = new JsonObject { ["description"] = "There is none, or it is another project's", ["content"] = problem() },
            ["409"] = new JsonObject { ["description"] = "A guard refuses, or another run holds the lease" },
        };
    }

    private static JsonObject Parameter(string name, string place, string type, string meaning, bool required) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = required, ["description"] = meaning, ["schema"] = Typed(type) };

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotWord();
}
