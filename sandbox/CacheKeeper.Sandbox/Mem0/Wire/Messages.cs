using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>One turn of a conversation.</summary>
internal sealed record Message(string Role, string Text)
{
    public const string System = "system";
    public const string Assistant = "assistant";

    /// <summary>The messages of an add; roles other than user, assistant and system are refused.</summary>
    public static IReadOnlyList<Message> Read(RequestBody body)
    {
        var messages = body.Value("messages") ?? throw RefusalException.Field("messages", "This field is required.");
        return messages is { ValueKind: JsonValueKind.Array } && messages.GetArrayLength() > 0
            ? [.. messages.EnumerateArray().Select(Read)]
            : throw RefusalException.Field("messages", "A list of at least one message is required.");
    }

    private static Message Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role) || !message.TryGetProperty("content", out var content))
        {
            throw RefusalException.Field("messages", "Each message needs a role and a content.");
        }

        return role.ValueKind == JsonValueKind.String && role.GetString() is "user" or Assistant or System
            ? new(role.GetString()!, Content(content))
            : throw RefusalException.Field("messages", "The role must be user, assistant or system.");
    }

    // Of a message with parts only the text is kept: there is nobody here to look at pictures.
    private static string Content(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => WireJson.Text(content) ?? throw RefusalException.Field("messages", "Not a valid string."),
        JsonValueKind.Object when content.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => text.GetString()!,
        JsonValueKind.Object => "",
        JsonValueKind.Array => string.Join('\n', content.EnumerateArray().Select(Content).Where(text => text.Length > 0)),
        _ => throw RefusalException.Field("messages", "The content must be a text or a list of parts."),
    };
}
