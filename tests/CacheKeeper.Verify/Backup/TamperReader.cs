using CacheKeeper.Backup.Repository;
using CacheKeeper.Storage;

namespace CacheKeeper.Verify.Backup;

/// <summary>Reads a location as restore and verify do, again and again, without a process and a ledger row each time.</summary>
internal sealed class TamperReader : IAsyncDisposable
{
    private readonly BackupSpot _spot;
    private readonly StateStore _state;
    private readonly RepositoryHost _repository;
    private readonly Dictionary<string, byte[]> _originals;

    private TamperReader(BackupSpot spot, StateStore state, RepositoryHost repository, Dictionary<string, byte[]> originals) => (_spot, _state, _repository, _originals) = (spot, state, repository, originals);

    public static async Task<TamperReader> OpenAsync(BackupSpot spot, CancellationToken cancellationToken)
    {
        var state = await StateStore.OpenAsync(new StateLocation(spot.StateFolder), cancellationToken);
        var repository = await RepositoryHost.OpenAsync(spot.Settings.Backup, state, spot.Project, TimeProvider.System, create: false, cancellationToken);
        return new TamperReader(spot, state, repository, Directory.GetFiles(spot.Location, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes));
    }

    public byte[] Original(string file) => _originals[file];

    /// <summary>What is wrong anywhere in the location; null when nothing is.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        await using var repository = await RepositoryHost.OpenAsync(_spot.Settings.Backup, _state, _spot.Project, TimeProvider.System, create: false, cancellationToken);
        if (repository.Chunks.Damage.Count > 0)
        {
            return repository.Chunks.Damage[0];
        }

        foreach (var pack in repository.Chunks.Packs)
        {
            if (await repository.Chunks.CheckAsync(pack, _ => { }, new Dictionary<string, CacheKeeper.Backup.Format.LineDigest>(), cancellationToken) is { } problem)
            {
                return problem;
            }
        }

        return (await repository.Points.ListAsync(cancellationToken)).FirstOrDefault(point => point.Problem.Length > 0)?.Problem;
    }

    private async Task<string?> ManifestProblemAsync(CancellationToken cancellationToken) =>
        (await _repository.Points.ListAsync(cancellationToken)).FirstOrDefault(point => point.Problem.Length > 0)?.Problem;

    /// <summary>Whether the location would be taken for whole with this file in it.</summary>
    public async Task<bool> AcceptsAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(file, content, cancellationToken);
        try
        {
            return file.EndsWith(".pack", StringComparison.Ordinal) ? await ProblemAsync(cancellationToken) is null : await ManifestProblemAsync(cancellationToken) is null;
        }
        finally
        {
            await File.WriteAllBytesAsync(file, _originals[file], cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _state.DisposeAsync();
    }
}
