using Microsoft.AspNetCore.Http.Features;

namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>Reads ids from a path as they were sent: the server's own decoding leaves <c>%2F</c> alone.</summary>
internal static class RequestPath
{
    public static string Segment(HttpContext context, int index)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0].Split('/');
        return Uri.UnescapeDataString(path[index + 1]);
    }

    /// <summary>A memory's id; what is no UUID is refused.</summary>
    public static Guid MemoryId(HttpContext context, int index = 2) => ParseId(Segment(context, index));

    public static Guid ParseId(string? text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw RefusalException.Error($"'{text}' is not a valid memory id: a UUID is required.");

    public static string? Query(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>A whole number from the query, or null.</summary>
    public static int? Whole(HttpContext context, string name) => Query(context, name) switch
    {
        null => null,
        var text when int.TryParse(text, out var number) => number,
        _ => throw RefusalException.Field(name, "A valid integer is required."),
    };
}
