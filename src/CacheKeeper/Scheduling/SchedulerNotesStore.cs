using System.Text.Json.Serialization.Metadata;
using CacheKeeper.Storage;

namespace CacheKeeper.Scheduling;

/// <summary>What the scheduler remembers of a project besides the ledger: pauses, adapted intervals, since when each schedule holds, what is overdue.</summary>
internal sealed class SchedulerNotesStore(NoteStore notes, string project)
{
    public async Task<IReadOnlyDictionary<string, Pause>> PausesAsync(CancellationToken cancellationToken) => await ReadAsync<Pause>("scheduler.pauses", cancellationToken);

    public Task PauseAsync(string job, Pause? pause, DateTimeOffset now, CancellationToken cancellationToken) => ChangeAsync("scheduler.pauses", job, pause, now, cancellationToken);

    public async Task<IReadOnlyDictionary<string, Rhythm>> RhythmsAsync(CancellationToken cancellationToken) => await ReadAsync<Rhythm>("scheduler.rhythms", cancellationToken);

    public Task SetRhythmAsync(string job, Rhythm? rhythm, DateTimeOffset now, CancellationToken cancellationToken) => ChangeAsync("scheduler.rhythms", job, rhythm, now, cancellationToken);

    public async Task<IReadOnlyDictionary<string, MovedStart>> MovesAsync(CancellationToken cancellationToken) => await ReadAsync<MovedStart>("scheduler.moves", cancellationToken);

    public Task WriteMovesAsync(IReadOnlyDictionary<string, MovedStart> moves, DateTimeOffset now, CancellationToken cancellationToken) =>
        notes.WriteAsync(project, "scheduler.moves", moves, now, cancellationToken);

    /// <summary>What is overdue, newly looked at: alerts and pages read it.</summary>
    public Task WriteOverdueAsync(IReadOnlyList<Overdue> overdue, DateTimeOffset now, CancellationToken cancellationToken) =>
        notes.WriteAsync(project, "scheduler.overdue", overdue, now, cancellationToken);

    public async Task<IReadOnlyList<Overdue>> OverdueAsync(CancellationToken cancellationToken) =>
        await notes.ReadAsync<List<Overdue>>(project, "scheduler.overdue", cancellationToken) ?? [];

    /// <summary>Since when each job has the schedule it has. Nothing is missed before that.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> SinceAsync(CancellationToken cancellationToken) =>
        (await ReadAsync<Mark>("scheduler.marks", cancellationToken)).ToDictionary(pair => pair.Key, pair => pair.Value.Since);

    /// <summary>Remembers schedules that are new or have changed.</summary>
    public async Task MarkAsync(IReadOnlyList<ScheduledJob> timetable, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marks = await ReadAsync<Mark>("scheduler.marks", cancellationToken);
        var changed = timetable.Where(job => marks.GetValueOrDefault(job.Name)?.Text != job.Mark).ToList();
        foreach (var job in changed)
        {
            marks[job.Name] = new Mark(job.Mark, now);
        }

        if (changed.Count > 0)
        {
            await notes.WriteAsync(project, "scheduler.marks", marks, now, cancellationToken);
        }
    }

    private async Task<Dictionary<string, T>> ReadAsync<T>(string name, CancellationToken cancellationToken) =>
        await notes.ReadAsync(project, name, (JsonTypeInfo<Dictionary<string, T>>)SchedulerNotesJson.Stored.GetTypeInfo(typeof(Dictionary<string, T>))!, cancellationToken) ?? [];

    private async Task ChangeAsync<T>(string name, string job, T? value, DateTimeOffset now, CancellationToken cancellationToken)
        where T : class
    {
        var all = await ReadAsync<T>(name, cancellationToken);
        all.Remove(job);
        if (value is not null)
        {
            all.Add(job, value);
        }

        await notes.WriteAsync(project, name, all, now, cancellationToken);
    }
}

/// <summary>The schedule that a job has, and since when.</summary>
internal sealed record Mark(string Text, DateTimeOffset Since);
