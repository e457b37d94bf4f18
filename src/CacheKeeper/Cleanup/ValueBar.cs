namespace CacheKeeper.Cleanup;

/// <summary>How many entries go for their value, and below which worth: pure.</summary>
internal static class ValueBar
{
    /// <summary>How many candidates a request wants to take. A run that chose its own strength stays within the share guard; one asked for by name may be refused instead.</summary>
    public static long Wanted(CleanupRequest request, long candidates, long live, long expired, CleanupPolicy policy, long leftToday = long.MaxValue)
    {
        var wanted = request.Mode switch
        {
            _ when request.FreeBytes is not null => candidates,
            CleanupMode.Aggressive => Math.Max(0, live - policy.AggressiveTarget),
            CleanupMode.Targeted => candidates / 2,
            _ => (long)(live * policy.LowValueShare),
        };
        var byItself = request.FreeBytes is not null || request.Asked is CleanupMode.Smart or CleanupMode.Deep;
        var budget = byItself
            ? Math.Max(0, (long)((live + expired) * (request.Overrides.AllowShare ?? policy.MaxShare)) - expired)
            : long.MaxValue;
        var today = byItself && request.Overrides.AllowShare is null ? leftToday : long.MaxValue;
        return Math.Min(Math.Min(wanted, Math.Min(budget, today)), candidates);
    }

    /// <summary>How many of the candidates, those worth least first, it takes to free so many bytes; all of them when they do not suffice.</summary>
    public static long Freeing(IReadOnlyList<double> worths, IReadOnlyList<long> sizes, long bytes)
    {
        long freed = 0;
        var count = 0;
        foreach (var candidate in Enumerable.Range(0, worths.Count).OrderBy(candidate => worths[candidate]).TakeWhile(_ => freed < bytes))
        {
            freed += sizes[candidate];
            count++;
        }

        return count;
    }

    /// <summary>The worth at or below which the <paramref name="wanted"/> least values lie (ties may lie on it too); null when none should go.</summary>
    public static double? Of(List<double> worths, long wanted)
    {
        if (wanted <= 0 || worths.Count == 0)
        {
            return null;
        }

        worths.Sort();
        return worths[(int)Math.Min(wanted, worths.Count) - 1];
    }
}
