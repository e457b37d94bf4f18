namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>Which part of a long answer is wanted; pages count from 1.</summary>
internal sealed record PageRequest(int Page, int Size)
{
    /// <summary>What the query says, else the body, else the first page of the usual size.</summary>
    public static PageRequest Read(HttpContext context, RequestBody? body, int usual, int largest, string sizeName = "page_size")
    {
        var size = RequestPath.Whole(context, sizeName) ?? body?.Whole(sizeName) ?? usual;
        if (size < 1 || size > largest)
        {
            throw RefusalException.Error($"{sizeName} must be between 1 and {largest}.");
        }

        var text = RequestPath.Query(context, "page");
        var page = text is null ? body?.Whole("page") ?? 1 : int.TryParse(text, out var number) ? number : 0;
        return page >= 1 ? new(page, size) : throw RefusalException.InvalidPage();
    }

    /// <summary>The envelope around one page; a page past the end is refused, an empty first one is not.</summary>
    public OrderedDictionary<string, object?> Envelope<T>(HttpContext context, IReadOnlyList<T> all, Func<T, object> form) =>
        Envelope(context, all.Count, all.Skip(Skipped).Take(Size).Select(form));

    public OrderedDictionary<string, object?> Envelope(HttpContext context, long count, IEnumerable<object> results)
    {
        if (Page > 1 && Skipped >= count)
        {
            throw RefusalException.InvalidPage();
        }

        return new()
        {
            ["count"] = count,
            ["next"] = Skipped + Size < count ? Link(context, Page + 1) : null,
            ["previous"] = Page > 1 ? Link(context, Page - 1) : null,
            ["results"] = results.ToArray(),
        };
    }

    /// <summary>How many lie before this page.</summary>
    public int Skipped => (int)Math.Min(int.MaxValue, (long)(Page - 1) * Size);

    private static string Link(HttpContext context, int page)
    {
        var query = context.Request.Query.Where(pair => pair.Key != "page")
            .SelectMany(pair => pair.Value, (pair, value) => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}");
        return $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}?{string.Join('&', query.Prepend($"page={page}"))}";
    }
}
