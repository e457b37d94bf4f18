using System.Globalization;
using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Which memories a list or search is about: its filter, and the fields beside it that hide or narrow.</summary>
internal sealed record MemoryQuery(MemoryFilter Filter, Func<StoredMemory, bool> Narrows)
{
    public static MemoryQuery Read(RequestBody body, MemoryFilter filter, DateTimeOffset now)
    {
        List<Func<StoredMemory, bool>> conditions = [.. Hidden(body, now), .. Dates(body)];
        if (body.Texts("categories") is { Length: > 0 } categories)
        {
            conditions.Add(CategoryCondition.AnyOf(categories));
        }

        if (body.Text("keywords") is { Length: > 0 } keywords)
        {
            conditions.Add(TextCondition.Containing(keywords, StringComparison.OrdinalIgnoreCase));
        }

        if (body.Map("metadata") is { } metadata && metadata.EnumerateObject().Any())
        {
            conditions.Add(MetadataCondition.Parse(metadata).Holds);
        }

        return new(filter, memory => conditions.TrueForAll(condition => condition(memory)));
    }

    /// <summary>In no order.</summary>
    public IEnumerable<StoredMemory> In(MemoryCatalog memories) => (Narrowed(memories) ?? memories.All).Where(Holds);

    public List<StoredMemory> NewestFirst(MemoryCatalog memories) => Narrowed(memories) is { } few
        ? [.. few.Where(Holds).OrderByDescending(memory => memory.CreatedAt).ThenByDescending(memory => memory.Sequence)]
        : [.. memories.NewestFirst.Where(Holds)];

    private StoredMemory[]? Narrowed(MemoryCatalog memories) =>
        Filter.Ids is { } ids ? memories.Find(ids) : Filter.QueryHash is { } hash ? memories.WithQueryHash(hash) : null;

    private bool Holds(StoredMemory memory) => Filter.Holds(memory) && Narrows(memory);

    private static IEnumerable<Func<StoredMemory, bool>> Hidden(RequestBody body, DateTimeOffset now)
    {
        if (!body.Flag("show_expired"))
        {
            yield return memory => !memory.IsExpired(now);
        }

        if (body.Flag("latest_only"))
        {
            yield return memory => memory.ReplacedBy is null;
        }

        if (!body.Flag("include_merged"))
        {
            yield return memory => memory.MergedInto is null;
        }
    }

    private static IEnumerable<Func<StoredMemory, bool>> Dates(RequestBody body)
    {
        if (Date(body, "start_date") is { } start)
        {
            yield return memory => DateOnly.FromDateTime(memory.CreatedAt.UtcDateTime) >= start;
        }

        if (Date(body, "end_date") is { } end)
        {
            yield return memory => DateOnly.FromDateTime(memory.CreatedAt.UtcDateTime) <= end;
        }
    }

    private static DateOnly? Date(RequestBody body, string field) => body.Text(field) switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
        _ => throw RefusalException.Field(field, "Date has wrong format. Use YYYY-MM-DD."),
    };
}
