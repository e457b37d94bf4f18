using System.Buffers;
using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// The dictionaries of compressed values. They are a part of every restore point that holds values, whatever else was asked for, and they are restored before
/// the values: a value whose dictionary is lost cannot be read by anybody.
/// </summary>
/// <param name="postgres">Where a keeper whose state is new finds dictionaries that the keeper before it had placed; null when there is no such tier.</param>
/// <param name="place">Puts all dictionaries of the state where readers look.</param>
internal sealed class DictionaryCopyTier(StateStore state, PostgresTier? postgres, PlaceDictionaries place) : ICopyTier
{
    public const string Word = "dictionaries";

    public string Name => Word;

    public bool IsOrdered => false;

    public string? Resource => null;

    public LineFactsReader FactsOf(TierPart part) => line => new LineFacts(LineText.Text(LineText.Field(line, 0)) ?? "");

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = (await KnownAsync(scope.Project, cancellationToken)).ToDictionary(one => one.Id);
        foreach (var one in await PlacedAsync(scope.Project, facts, cancellationToken))
        {
            found.TryAdd(one.Id, one);
        }

        foreach (var one in found.Values.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal))
        {
            var block = new ArrayBufferWriter<byte>();
            LineText.Write(block, one.Id, first: true);
            LineText.Write(block, one.CreatedAt.ToString());
            LineText.Write(block, one.Content);
            LineText.End(block);
            yield return block.WrittenMemory;
        }
    }

    public async Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var known = (await KnownAsync(work.Scope.Project, cancellationToken)).Select(one => one.Id).ToHashSet();
        var tally = new RestoreTally();
        await foreach (var line in LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            tally = known.Contains(Read(line.Span).Id) ? tally with { Same = tally.Same + 1 } : tally with { Added = tally.Added + 1 };
        }

        return tally;
    }

    /// <summary>An id is the digest of its content, so what is there is never replaced; and a dictionary is never removed.</summary>
    public async Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var tally = await PreviewAsync(work, cancellationToken);
        await WriteAsync(state, work, cancellationToken);
        await place(cancellationToken);
        return tally;
    }

    /// <summary>Into a temporary state, and out of it again.</summary>
    public async Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-drill-").FullName;
        try
        {
            await using var copy = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            await WriteAsync(copy, work, cancellationToken);
            var digest = LineDigest.Empty;
            await foreach (var block in new DictionaryCopyTier(copy, null, place).ExportAsync(work.Scope, new CopyFacts(), cancellationToken))
            {
                digest = digest.Plus(LineDigest.Of(block.Span));
            }

            return new DrillOutcome(Name, digest.Lines, digest.ToString() == work.Part.Digest ? 0 : 1, "a temporary state");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAsync(StateStore target, RestoreWork work, CancellationToken cancellationToken)
    {
        await foreach (var line in LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken))
        {
            var one = Read(line.Span);
            await target.ExecuteAsync(
                "INSERT INTO value_dictionaries (project, dictionary, content, placed, created_at) VALUES (@project, @Id, @Content, 1, @CreatedAt) ON CONFLICT (project, dictionary) DO UPDATE SET placed = 1",
                new { project = work.Scope.Project, one.Id, one.Content, one.CreatedAt },
                cancellationToken);
        }
    }

    private Task<IReadOnlyList<Row>> KnownAsync(string project, CancellationToken cancellationToken) =>
        state.QueryAsync<Row>("SELECT dictionary AS Id, content AS Content, created_at AS CreatedAt FROM value_dictionaries WHERE project = @project", new { project }, cancellationToken);

    private async Task<IReadOnlyList<Row>> PlacedAsync(string project, CopyFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            return postgres is null ? [] : await postgres.RunAsync("read dictionaries", (connection, _) => PlacedAsync(connection, project, cancellationToken), cancellationToken);
        }
        catch (TierException e)
        {
            // The state is what counts; that PostgreSQL cannot be read is told by its own part.
            facts.Remarks.Add($"Only the dictionaries of the keeper's state were copied: {e.Message}.");
            return [];
        }
    }

    private static async Task<IReadOnlyList<Row>> PlacedAsync(NpgsqlConnection connection, string project, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('cache_dictionaries') IS NOT NULL AND has_table_privilege('cache_dictionaries', 'SELECT')", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return [];
            }
        }

        await using var read = new NpgsqlCommand("SELECT dictionary_id, content, created_at FROM cache_dictionaries WHERE project_name = @project", connection);
        read.Parameters.AddWithValue("project", project);
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row { Id = reader.GetString(0), Content = Convert.ToBase64String(reader.GetFieldValue<byte[]>(1)), CreatedAt = new DateTimeOffset(reader.GetDateTime(2)).ToUnixTimeMilliseconds() });
        }

        return rows;
    }

    private static Row Read(ReadOnlySpan<byte> line) => new()
    {
        Id = LineText.Text(LineText.Field(line, 0))!,
        CreatedAt = long.Parse(LineText.Text(LineText.Field(line, 1))!, System.Globalization.CultureInfo.InvariantCulture),
        Content = LineText.Text(LineText.Field(line, 2))!,
    };

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Content { get; set; } = "";
        public long CreatedAt { get; set; }
    }
}

/// <summary>Puts the project's dictionaries where readers of the cache look.</summary>
internal delegate Task PlaceDictionaries(CancellationToken cancellationToken);
