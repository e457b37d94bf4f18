using System.Text;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Backup;

/// <summary>Rows in binary form come out of the server as the lines they were made from, for every type that is written so; what is in no plain form is not written.</summary>
public sealed class PostgresBinaryRowsTests(SandboxFixture sandbox)
{
    private const string Columns = "id bigint, small smallint, whole integer, flag boolean, words text, name varchar(90), bare varchar, at timestamp, at_zone timestamptz, json jsonb, tags text[], score numeric(5,2), free numeric";

    // Values of the server's own making, from one end of each type to the other, with everything that text can hold.
    private const string Values = """
        SELECT i, (random() * 65535 - 32768)::int::smallint, (random() * 4294967295 - 2147483648)::bigint::int, random() < 0.5,
            repeat(chr(1 + (random() * 200)::int) || E'\t\n\r\\N"{},' || chr(128512), (random() * 5)::int), left(md5(i::text), i % 33), '',
            timestamp '0001-01-01' + random() * interval '3652000 days' + i % 3 * interval '1 microsecond', timestamptz '2000-01-01Z' + (random() - 0.5) * interval '100 years',
            jsonb_build_object('n', random(), E'k"\\\t', ARRAY[NULL, i::text, E'\n']),
            CASE i % 5 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['', 'NULL', NULL, E'a"b\\c', '{,}'] WHEN 2 THEN ARRAY[chr(9) || ' x ', chr(8364)] WHEN 3 THEN ARRAY['plain'] END,
            (random() * 1999 - 999)::numeric(5,2), CASE i % 6 WHEN 0 THEN 0 WHEN 1 THEN 0.00 WHEN 2 THEN -0.00001234 WHEN 3 THEN 123456789012345678901234567890.5 WHEN 4 THEN 10000 ELSE (random() - 0.5)::numeric * power(10::numeric, (i % 40) - 20) END
        FROM generate_series(1, 3000) i
        UNION ALL SELECT -9223372036854775808, -32768, -2147483648, false, '', '', E'\\', '0001-01-01', '9999-12-31 23:59:59.999999Z', 'null', '{}', -999.99, -1
        UNION ALL SELECT 9223372036854775807, 32767, 2147483647, true, '\N', '!', '\.', '9999-12-31 23:59:59.999999', '1970-01-01Z', '"\u00e9"', ARRAY['null', '\N'], 999.99, 99999999999999999999.9999
        UNION ALL SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_comes_back_as_it_was()
    {
        await using var connection = await ConnectedAsync();
        await PostgresExportStore.ExecuteAsync(connection, $"BEGIN; {PostgresExportStore.ExactText}; CREATE TEMP TABLE source ({Columns}); INSERT INTO source {Values}; CREATE TEMP TABLE target ({Columns})", Stop);
        var columns = await PostgresShapeStore.ColumnsAsync(connection, "source", Stop);
        var lines = await LinesAsync(connection);
        await PostgresFillStore.AsBinaryAsync(connection, new FillTarget("target", columns, _ => { }), PostgresBinaryRows.For(columns)!, Blocks(lines), Stop);
        Assert.Equal(LineDigest.Of(lines), await PostgresExportStore.DigestAsync(connection, "target", columns, Stop));
        Assert.Equal(3003, LineDigest.Of(lines).Lines);
        await using var same = new NpgsqlCommand("SELECT count(*) FROM (SELECT * FROM source EXCEPT SELECT * FROM target) x", connection);
        Assert.Equal(0L, await same.ExecuteScalarAsync(Stop));
    }

    [Theory]
    [InlineData("timestamp without time zone", "infinity")]
    [InlineData("timestamp without time zone", "0044-03-15 00:00:00 BC")]
    [InlineData("timestamp without time zone", "10000-01-01 00:00:00")]
    [InlineData("timestamp without time zone", "2026-02-29 00:00:00")]
    [InlineData("timestamp with time zone", "2026-01-01 00:00:00+02")]
    [InlineData("text[]", "{{a},{b}}")]
    [InlineData("text[]", "[0:1]={a,b}")]
    [InlineData("text[]", "{a,}")]
    [InlineData("text[]", "{\"a")]
    [InlineData("numeric", "NaN")]
    [InlineData("numeric", "Infinity")]
    [InlineData("numeric", "1e5")]
    [InlineData("numeric", "1.")]
    [InlineData("integer", "2147483648")]
    [InlineData("integer", "1x")]
    [InlineData("boolean", "true")]
    public void What_is_in_no_plain_form_is_not_guessed_at(string type, string text)
    {
        var rows = PostgresBinaryRows.For([new ShapeColumn("id", "bigint", null, true), new ShapeColumn("value", type, null, false)])!;
        Assert.Throws<FormatException>(() => rows.Of(Encoding.UTF8.GetBytes($"1\t{text}\n")));
    }

    [Theory]
    [InlineData("double precision")]
    [InlineData("timestamp(3) without time zone")]
    [InlineData("character varying(9)[]")]
    [InlineData("numeric(5,2)[]")]
    public void A_type_that_is_not_known_leaves_the_whole_table_to_text(string type) => Assert.Null(PostgresBinaryRows.For([new ShapeColumn("id", type, null, true)]));

    [Fact]
    public void Another_number_of_fields_than_columns_is_refused()
    {
        var rows = PostgresBinaryRows.For([new ShapeColumn("id", "bigint", null, true), new ShapeColumn("words", "text", null, false)])!;
        Assert.Throws<FormatException>(() => rows.Of("1\n"u8));
        Assert.Throws<FormatException>(() => rows.Of("1\ta\tb\n"u8));
    }

    private async Task<NpgsqlConnection> ConnectedAsync()
    {
        var (owner, _) = await sandbox.NewDatabaseUrlsAsync(2);
        var connection = new NpgsqlConnection(PostgresConnectionHost.Parse(owner).ConnectionString);
        await connection.OpenAsync(Stop);
        return connection;
    }

    private static async Task<byte[]> LinesAsync(NpgsqlConnection connection)
    {
        using var copy = await connection.BeginTextExportAsync("COPY (SELECT * FROM source ORDER BY id) TO STDOUT", Stop);
        using var lines = new MemoryStream();
        await ((StreamReader)copy).BaseStream.CopyToAsync(lines, Stop);
        return lines.ToArray();
    }

    // Blocks of whole lines.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Blocks(byte[] lines)
    {
        for (var at = 0; at < lines.Length;)
        {
            var end = lines.AsSpan(0, Math.Min(lines.Length, at + 70_000)).LastIndexOf((byte)'\n') + 1;
            yield return lines.AsMemory(at, end - at);
            at = end;
        }

        await Task.CompletedTask;
    }
}
