using CacheKeeper.Storage;

namespace CacheKeeper.Scheduling;

/// <summary>The one switch that stops every change of every project of this state, wherever it was asked for.</summary>
internal sealed class FreezeStore(NoteStore notes, SchedulingPolicy policy)
{
    private const string EveryProject = "*";
    private const string Note = "scheduler.freeze";

    /// <summary>The freeze that holds; null when changes are allowed.</summary>
    public async Task<Freeze?> FindAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        policy.Frozen ? new Freeze(DateTimeOffset.UnixEpoch, null, "the settings", "scheduling.frozen is true")
        : await notes.ReadAsync<Freeze>(EveryProject, Note, cancellationToken) is { } freeze && freeze.Holds(now) ? freeze
        : null;

    public Task FreezeAsync(Freeze freeze, CancellationToken cancellationToken) => notes.WriteAsync(EveryProject, Note, freeze, freeze.Since, cancellationToken);

    public Task UnfreezeAsync(CancellationToken cancellationToken) => notes.DeleteAsync(EveryProject, Note, cancellationToken);
}
