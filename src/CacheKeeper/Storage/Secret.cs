using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>A secret as the settings name it: its text, a variable, or a file. Never printed; resolved only where it is used.</summary>
[JsonConverter(typeof(SecretConverter))]
internal sealed record Secret
{
    public string? Text { get; init; }
    public string? Env { get; init; }
    public string? File { get; init; }

    /// <summary>Where it comes from, never what it is.</summary>
    public override string ToString() => Env is not null ? $"(variable {Env})" : File is not null ? $"(file {File})" : "(set)";

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new Secret { Text = reader.GetString() };
            }

            var node = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("expected a text, {\"env\":\"NAME\"} or {\"file\":\"PATH\"}");
            var secret = new Secret { Env = node["env"]?.GetValue<string>(), File = node["file"]?.GetValue<string>() };
            return secret.Env is null && secret.File is null ? throw new JsonException("expected a text, {\"env\":\"NAME\"} or {\"file\":\"PATH\"}") : secret;
        }

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
