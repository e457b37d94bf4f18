using System.Buffers;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>Copies one tier into a pack: a whole copy cut into chunks, or, where lines come in order, only what differs from the copy before.</summary>
internal sealed class CopyRunner(RepositoryHost repository, PackRunner pack, BackupPolicy policy, TimeProvider time)
{
    private const int MostLayers = 32;
    private readonly List<string> _chunks = [];
    private readonly ChunkCutter _cutter = new(policy.ChunkBytes);
    private LineDigest _digest = LineDigest.Empty;
    private long _bytes;
    private bool _hasEarlier;

    /// <param name="before">The same tier in the newest restore point that can serve as ground; null for a whole copy.</param>
    /// <exception cref="TierException">The tier could not be read to the end.</exception>
    public async Task<(TierPart Part, CopyFacts Facts)> CopyAsync(ICopyTier tier, TierScope scope, TierPart? before, Action<BackupPace> progress, CancellationToken cancellationToken)
    {
        var (facts, begun, stored) = (new CopyFacts { Expected = before?.Entries }, time.GetTimestamp(), pack.Bytes);
        ArrayBufferWriter<byte>? changes = null;
        IAsyncEnumerator<ReadOnlyMemory<byte>>? earlier = null;
        var ground = false;
        try
        {
            await foreach (var block in tier.ExportAsync(scope, facts, cancellationToken))
            {
                if (changes is null)
                {
                    // What the table looks like is known with the first block: a copy stands on an earlier one only when the columns are the same.
                    changes = new ArrayBufferWriter<byte>();
                    ground = CanStandOn(tier, before, facts);
                    earlier = ground ? LayerReaderService.LinesAsync(LayerReaderService.ReadAsync(repository.Chunks, before!, cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken) : null;
                    _hasEarlier = earlier is not null && await earlier.MoveNextAsync();
                }

                (_bytes, _digest) = (_bytes + block.Length, _digest.Plus(LineDigest.Of(block.Span)));
                if (earlier is null)
                {
                    await AddAsync(block, cancellationToken);
                }
                else
                {
                    await CompareAsync(block, earlier, changes, cancellationToken);
                }

                var pace = new BackupPace(tier.Name, _digest.Lines, _bytes, facts.Expected, time.GetElapsedTime(begun));
                progress(pace);
                if (pace.Wait(policy.MostBytesPerSecond) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, time, cancellationToken);
                }
            }

            await GoneAsync(earlier, changes, cancellationToken);
        }
        finally
        {
            if (earlier is not null)
            {
                await earlier.DisposeAsync();
            }
        }

        if (_cutter.Rest() is { } rest)
        {
            await pack.AddAsync(rest, _chunks, cancellationToken);
        }

        await pack.DrainAsync(cancellationToken);
        return (PartOf(tier, facts, ground ? before : null, stored), facts);
    }

    private TierPart PartOf(ICopyTier tier, CopyFacts facts, TierPart? ground, long stored)
    {
        var layer = new Layer(_chunks, _cutter.Bytes, _cutter.Lines);
        return new TierPart
        {
            Tier = tier.Name,
            State = PartState.Complete,
            Entries = _digest.Lines,
            PlainBytes = _bytes,
            StoredBytes = pack.Bytes - stored,
            Digest = _digest.ToString(),
            AsOf = facts.AsOf,
            Identity = facts.Identity,
            Server = facts.Server,
            Table = facts.Table,
            Remarks = facts.Remarks,
            Layers = ground is null ? [layer] : layer.Lines == 0 ? ground.Layers : [.. ground.Layers, layer],
        };
    }

    private bool CanStandOn(ICopyTier tier, TierPart? before, CopyFacts facts) =>
        tier.IsOrdered && before is { State: PartState.Complete, Layers.Count: > 0 and < MostLayers }
        && before.LayeredBytes <= before.Layers[0].Bytes * policy.WholeAfterShare
        && before.Table?.Columns.SequenceEqual(facts.Table!.Columns) == true
        && before.Layers.SelectMany(layer => layer.Chunks).All(repository.Chunks.Knows);

    // Both in the order of their ids: what is only in the earlier copy is gone, what is only in the new one or differs is written.
    private async Task CompareAsync(ReadOnlyMemory<byte> block, IAsyncEnumerator<ReadOnlyMemory<byte>> earlier, ArrayBufferWriter<byte> changes, CancellationToken cancellationToken)
    {
        for (var rest = block; rest.Length > 0;)
        {
            var line = rest[..(rest.Span.IndexOf((byte)'\n') + 1)];
            rest = rest[line.Length..];
            while (_hasEarlier && LayerReaderService.Compare(earlier.Current.Span, line.Span) < 0)
            {
                WriteGone(changes, earlier.Current.Span);
                _hasEarlier = await earlier.MoveNextAsync();
            }

            var same = _hasEarlier && LayerReaderService.Compare(earlier.Current.Span, line.Span) == 0;
            if (!same || !earlier.Current.Span.SequenceEqual(line.Span))
            {
                changes.Write(line.Span);
            }

            _hasEarlier = same ? await earlier.MoveNextAsync() : _hasEarlier;
        }

        await FlushAsync(changes, cancellationToken);
    }

    private async Task GoneAsync(IAsyncEnumerator<ReadOnlyMemory<byte>>? earlier, ArrayBufferWriter<byte>? changes, CancellationToken cancellationToken)
    {
        for (; _hasEarlier; _hasEarlier = await earlier!.MoveNextAsync())
        {
            WriteGone(changes!, earlier!.Current.Span);
            await FlushAsync(changes!, cancellationToken);
        }
    }

    private static void WriteGone(ArrayBufferWriter<byte> changes, ReadOnlySpan<byte> line)
    {
        changes.Write([LineText.Gone]);
        changes.Write(LineText.Id(line));
        changes.Write("\n"u8);
    }

    private async Task FlushAsync(ArrayBufferWriter<byte> changes, CancellationToken cancellationToken)
    {
        if (changes.WrittenCount > 0)
        {
            await AddAsync(changes.WrittenMemory, cancellationToken);
            changes.ResetWrittenCount();
        }
    }

    private async Task AddAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        foreach (var chunk in _cutter.Add(lines))
        {
            await pack.AddAsync(chunk, _chunks, cancellationToken);
        }
    }
}
