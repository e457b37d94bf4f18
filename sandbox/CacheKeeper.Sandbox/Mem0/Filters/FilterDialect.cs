namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>Where a filter is read: the forms differ in small things.</summary>
/// <param name="IsSearch">A search cannot filter on keywords.</param>
/// <param name="NotTakesArray">The older material shows NOT with an array; the current form documents an object only.</param>
internal sealed record FilterDialect(bool IsSearch, bool NotTakesArray)
{
    public static FilterDialect List { get; } = new(IsSearch: false, NotTakesArray: false);

    public static FilterDialect Search { get; } = new(IsSearch: true, NotTakesArray: false);

    public static FilterDialect OldList { get; } = new(IsSearch: false, NotTakesArray: true);

    public static FilterDialect OldSearch { get; } = new(IsSearch: true, NotTakesArray: true);
}
