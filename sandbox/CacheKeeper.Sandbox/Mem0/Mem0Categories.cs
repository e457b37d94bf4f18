using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Stands in for the platform's classifier: the first category with a word in the text; what the metadata say wins.</summary>
internal static class Mem0Categories
{
    // In the order in which they are tried.
    private static readonly (string Category, string[] Words)[] Rules =
    [
        ("payments", ["payment", "upi", "transaction", "pay", "amount", "refund", "transfer", "wallet"]),
        ("users", ["user", "auth", "login", "register", "profile", "password", "token", "role", "access"]),
        ("orders", ["order", "status", "utr", "track", "delivery", "invoice", "pending", "completed"]),
        ("analytics", ["analytics", "dashboard", "report", "stats", "metric", "chart", "trend"]),
        ("configuration", ["config", "setting", "env", "deploy", "parameter", "system", "admin"]),
    ];

    public static IReadOnlyList<string> Of(string text, JsonElement? metadata) => [Given(metadata) ?? Found(text)];

    private static string? Given(JsonElement? metadata) =>
        metadata is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("category", out var category) && category.ValueKind == JsonValueKind.String
            ? category.GetString() : null;

    private static string Found(string text) =>
        Rules.FirstOrDefault(rule => rule.Words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)), ("general", [])).Category;
}
