using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Finds out where each tier's bytes are; reads no values where the tier can tell sizes without.</summary>
internal static class MemoryUseService
{
    public static async Task<IReadOnlyList<MemoryUse>> LookAsync(IEnumerable<ITier> tiers, TierScope scope, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var uses = new List<MemoryUse>();
        foreach (var tier in tiers)
        {
            uses.Add(await LookAsync(tier, scope, now, most, cancellationToken));
        }

        return uses;
    }

    private static async Task<MemoryUse> LookAsync(ITier tier, TierScope scope, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        try
        {
            var tally = new MemoryTally(most);
            await foreach (var page in tier.ScanAsync(new EntryFilter(scope) { AsOf = now, GlanceOnly = true }, cancellationToken))
            {
                foreach (var entry in page.Entries)
                {
                    tally.Add(entry);
                }
            }

            return tier switch
            {
                PostgresTier postgres => await PartsAsync(tally.Use(tier.Name), postgres, cancellationToken),
                RedisTier redis => await redis.MeasureAsync(tally.Use(tier.Name), cancellationToken),
                _ => tally.Use(tier.Name),
            };
        }
        catch (TierException e)
        {
            return new MemoryUse(tier.Name) { Error = e.Hint.Length > 0 ? $"{e.Cause}. {e.Hint}" : e.Cause };
        }
    }

    private static Task<MemoryUse> PartsAsync(MemoryUse use, PostgresTier postgres, CancellationToken cancellationToken) => postgres.RunAsync("look at sizes", async (connection, table) =>
    {
        var parts = new List<SizedPart>();
        await using var command = new NpgsqlCommand(
            """
            SELECT 'table', pg_relation_size(c.oid) FROM pg_class c WHERE c.oid = to_regclass(@table)
            UNION ALL SELECT 'out of line', pg_total_relation_size(c.reltoastrelid) FROM pg_class c WHERE c.oid = to_regclass(@table) AND c.reltoastrelid <> 0
            UNION ALL SELECT 'index ' || i.indexrelid::regclass, pg_relation_size(i.indexrelid) FROM pg_index i WHERE i.indrelid = to_regclass(@table)
            """,
            connection);
        command.Parameters.AddWithValue("table", table.Name);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            parts.Add(new SizedPart(row.GetString(0), row.GetInt64(1)));
        }

        return use with { Parts = [.. parts.OrderByDescending(part => part.Bytes)], MeasuredBytes = parts.Sum(part => part.Bytes) };
    }, cancellationToken);
}
