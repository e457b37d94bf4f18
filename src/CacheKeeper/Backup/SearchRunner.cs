using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>Reads archives from the newest to the oldest and gives the entries that contain a text, as JSON lines with their restore point.</summary>
internal sealed class SearchRunner(RepositoryHost repository, bool everywhere)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async IAsyncEnumerable<string> FindAsync(string text, string? category, string? month, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var point in (await repository.Points.ListAsync(cancellationToken)).Where(point => point.IsUsable).Select(point => point.Point!))
        {
            if ((!everywhere && point.Kind != PointKind.Archive) || (month is not null && point.StartedAt.UtcDateTime.ToString("yyyy-MM") != month))
            {
                continue;
            }

            var dictionaries = await DictionariesAsync(point, cancellationToken);
            foreach (var part in point.Parts.Where(part => part.State != PartState.Failed && part.Tier is not (StateCopyTier.Word or DictionaryCopyTier.Word)))
            {
                await foreach (var line in LayerReaderService.LinesAsync(LayerReaderService.ReadAsync(repository.Chunks, part, cancellationToken), cancellationToken))
                {
                    if ((category is null || FactsOf(part)(line.Span).Category == category) && ReadableEntry.Of(LineJson.Of(part, line.Span), dictionaries) is var entry && entry.ToJsonString(Readable).Contains(text, StringComparison.OrdinalIgnoreCase))
                    {
                        yield return new JsonObject { ["point"] = point.Id, ["tier"] = part.Tier, ["entry"] = entry }.ToJsonString(Readable);
                    }
                }
            }
        }
    }

    // Without them a compressed value says nothing to a search.
    private async Task<IReadOnlyDictionary<string, byte[]>> DictionariesAsync(RestorePoint point, CancellationToken cancellationToken)
    {
        var dictionaries = new Dictionary<string, byte[]>();
        foreach (var part in point.Parts.Where(part => part.State != PartState.Failed && part.Tier == DictionaryCopyTier.Word))
        {
            await foreach (var line in LayerReaderService.LinesAsync(LayerReaderService.ReadAsync(repository.Chunks, part, cancellationToken), cancellationToken))
            {
                dictionaries[LineText.Text(LineText.Field(line.Span, 0))!] = Convert.FromBase64String(LineText.Text(LineText.Field(line.Span, 2))!);
            }
        }

        return dictionaries;
    }

    private static LineFactsReader FactsOf(TierPart part) => part.Tier switch
    {
        "postgresql" => LineFactsReaders.Rows(part.Table!, ExpiryClock.Created),
        "mem0" => LineFactsReaders.Memory,
        _ => LineFactsReaders.Key,
    };
}
