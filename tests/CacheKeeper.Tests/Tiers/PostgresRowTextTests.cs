using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Tiers;

/// <summary>A row that goes is written down column by column: whatever its columns are, and however the server writes dates, it comes back the same.</summary>
public sealed class PostgresRowTextTests(SandboxFixture sandbox)
{
    private const string Odd = """
        ALTER TABLE cache_entries ADD "Odd ""name" text, ADD number numeric, ADD "when" timestamptz, ADD day date, ADD truth boolean, ADD ratio float8, ADD span interval, ADD raw bytea,
            ADD host inet, ADD parts int[], ADD words text[], ADD padded character(8), ADD plain json, ADD twice text GENERATED ALWAYS AS (query_hash || query_hash) STORED;
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET datestyle = %L', current_database(), 'German, DMY'); END $$;
        INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, "Odd ""name", number, "when", day, truth, ratio, span, raw, host, parts, words, padded, plain)
        VALUES ('a', E'quote " back \\ line \n tab \t bell \x07', 'grüße 🙂', 'p', 'x', 'NaN', 'infinity', '2026-12-01', true, 0.1::float8 + 0.2, '1 year 2 days 03:04:05.678', '\x00ff', '10.0.0.1/8',
                '{1,NULL,3}', ARRAY['a "b"', NULL, '', 'c,d', '{}'], 'pad', '{"a" : 1,  "a": 2}'),
            ('b', '', '', 'p', NULL, 12345678901234567890.12345, '0044-03-15 12:00:00.123456+00 BC', '2026-02-03', false, '-Infinity', NULL, NULL, NULL, NULL, '{}', NULL, NULL)
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_comes_back_as_it_was()
    {
        await using var place = await Place.OpenAsync(sandbox);
        var before = await place.RowsAsync();
        var receipt = new List<StoredEntry>();
        var outcome = await place.RemoveAsync(receipt);
        Assert.Equal(2, outcome.Removed.Count);
        Assert.Empty(await place.RowsAsync());
        var back = await place.Tier.RestoreAsync(Place.Scope, receipt, RestoreMode.Exact, DateTimeOffset.UtcNow, Stop);
        Assert.Equal(2, back.Restored.Count);
        Assert.Equal(before, await place.RowsAsync());
    }

    [Fact]
    public async Task Rows_that_a_rewritten_table_moved_are_found_by_their_identity()
    {
        await using var place = await Place.OpenAsync(sandbox);
        var heads = await place.HeadsAsync();
        await place.ExecuteAsync("CREATE INDEX backwards ON cache_entries (query_hash DESC)");
        await place.ExecuteAsync("CLUSTER cache_entries USING backwards");
        Assert.Equal(heads.Select(head => head.Place).Reverse(), (await place.HeadsAsync()).Select(head => head.Place));
        await place.ExecuteAsync("DELETE FROM cache_entries WHERE query_hash = 'a'");
        var outcome = await place.RemoveAsync([], heads);
        Assert.Equal([heads[1].Id], outcome.Removed);
        Assert.Equal([heads[0].Id], outcome.Left);
    }

    [Fact]
    public async Task A_row_that_lies_where_another_was_planned_stays()
    {
        await using var place = await Place.OpenAsync(sandbox);
        var heads = await place.HeadsAsync();
        var swapped = new[] { heads[0] with { Place = heads[1].Place, Version = heads[1].Version }, heads[1] with { Place = heads[0].Place, Version = heads[1].Version + "1" } };
        var same = heads[0].Version == heads[1].Version;
        var outcome = await place.RemoveAsync([], swapped);
        Assert.Equal(same ? [heads[0].Id] : [], outcome.Removed);
        Assert.Contains(heads[1].Id, outcome.Left);
    }

    private sealed class Place(NpgsqlDataSource owner, PostgresTier tier) : IAsyncDisposable
    {
        public static readonly TierScope Scope = new("p");

        public PostgresTier Tier => tier;

        public static async Task<Place> OpenAsync(SandboxFixture sandbox)
        {
            var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync(2);
            var settings = new PostgresSettings();
            await using (var first = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner)))
            {
                await using var command = first.CreateCommand(Odd);
                await command.ExecuteNonQueryAsync(Stop);
            }

            return new Place(NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner)), new PostgresTier(PostgresConnectionHost.Create(keeper, settings), settings, TimeProvider.System));
        }

        public async Task ExecuteAsync(string sql)
        {
            await using var command = owner.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Stop);
        }

        public async Task<string> RowsAsync()
        {
            await using var command = owner.CreateCommand("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY id), '') FROM cache_entries t");
            return (string)(await command.ExecuteScalarAsync(Stop))!;
        }

        public async Task<IReadOnlyList<EntryHead>> HeadsAsync()
        {
            var heads = new List<EntryHead>();
            await foreach (var page in tier.ScanAsync(new EntryFilter(Scope), Stop))
            {
                heads.AddRange(page.Entries);
            }

            return heads;
        }

        public async Task<RemovalOutcome> RemoveAsync(List<StoredEntry> receipt, IReadOnlyList<EntryHead>? heads = null) =>
            await tier.RemoveAsync(new RemovalBatch(Scope, heads ?? await HeadsAsync(), DateTimeOffset.UtcNow.AddMinutes(5)), (entries, _) =>
            {
                receipt.AddRange(entries);
                return Task.CompletedTask;
            }, Stop);

        public async ValueTask DisposeAsync()
        {
            await tier.DisposeAsync();
            await owner.DisposeAsync();
        }
    }
}
