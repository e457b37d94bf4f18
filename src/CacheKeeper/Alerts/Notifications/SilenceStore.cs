using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>Remembers silences and acknowledgements. Each has an author, a reason and an end.</summary>
internal sealed class SilenceStore(StateStore state)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Keeps a silence.</summary>
    /// <exception cref="KeeperException">It has no end, no author or no reason, or lasts longer than 30 days.</exception>
    public async Task<Silence> AddAsync(string project, Silence silence, CancellationToken cancellationToken)
    {
        Check(silence.Author, silence.Reason, silence.EndsAt - silence.StartsAt);
        var kept = silence with { Id = silence.Id.Length > 0 ? silence.Id : "silence_" + Guid.NewGuid().ToString("N")[..12], Reason = Redaction.Apply(silence.Reason) };
        await state.ExecuteAsync(
            "INSERT INTO alert_silences (id, project, document, starts_at, ends_at) VALUES (@Id, @project, @document, @starts, @ends)",
            new
            {
                kept.Id,
                project,
                document = JsonSerializer.Serialize(kept, StateJson.Options),
                starts = kept.StartsAt.ToUnixTimeMilliseconds(),
                ends = kept.EndsAt.ToUnixTimeMilliseconds(),
            },
            cancellationToken);
        return kept;
    }

    /// <summary>Silences that have not ended, with those that begin later.</summary>
    public async Task<IReadOnlyList<Silence>> ListAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<SilenceRow>(
            "SELECT document AS Document, ends_at AS EndsAt FROM alert_silences WHERE project = @project AND ends_at > @now ORDER BY ends_at",
            new { project, now = now.ToUnixTimeMilliseconds() },
            cancellationToken);
        return [.. rows.Select(row => JsonSerializer.Deserialize<Silence>(row.Document, StateJson.Options)! with { EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(row.EndsAt) })];
    }

    /// <summary>Ends a silence now; false when there is no such silence that still holds.</summary>
    public async Task<bool> EndAsync(string project, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await state.ExecuteAsync(
            "UPDATE alert_silences SET ends_at = @now WHERE project = @project AND id = @id AND ends_at > @now",
            new { project, id, now = now.ToUnixTimeMilliseconds() },
            cancellationToken) == 1;

    /// <summary>Notes that somebody sees to an alert; replaces an earlier note.</summary>
    public Task AcknowledgeAsync(string project, Acknowledgement note, CancellationToken cancellationToken)
    {
        Check(note.Author, note.Note, note.Until - note.At);
        return state.ExecuteAsync(
            """
            INSERT INTO alert_acknowledgements (project, fingerprint, author, note, at, until) VALUES (@project, @Fingerprint, @Author, @note, @at, @until)
            ON CONFLICT (project, fingerprint) DO UPDATE SET author = excluded.author, note = excluded.note, at = excluded.at, until = excluded.until
            """,
            new { project, note.Fingerprint, note.Author, note = Redaction.Apply(note.Note), at = note.At.ToUnixTimeMilliseconds(), until = note.Until.ToUnixTimeMilliseconds() },
            cancellationToken);
    }

    public async Task<IReadOnlyList<Acknowledgement>> AcknowledgementsAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<NoteRow>(
            "SELECT fingerprint AS Fingerprint, author AS Author, note AS Note, at AS At, until AS Until FROM alert_acknowledgements WHERE project = @project AND until > @now",
            new { project, now = now.ToUnixTimeMilliseconds() },
            cancellationToken);
        return [.. rows.Select(row => new Acknowledgement(row.Fingerprint, row.Author, row.Note, DateTimeOffset.FromUnixTimeMilliseconds(row.At), DateTimeOffset.FromUnixTimeMilliseconds(row.Until)))];
    }

    private static void Check(string author, string reason, TimeSpan length)
    {
        if (string.IsNullOrWhiteSpace(author) || string.IsNullOrWhiteSpace(reason))
        {
            throw KeeperException.Usage("An author and a reason are needed, so that nobody wonders later.", "Add --author and --reason.");
        }

        if (length <= TimeSpan.Zero || length > Longest)
        {
            throw KeeperException.Usage($"It must end after it begins, and within {Longest.TotalDays:0} days.", "Weekly stretches belong in alerts.muteWindows.");
        }
    }

    private sealed class SilenceRow
    {
        public string Document { get; set; } = "";
        public long EndsAt { get; set; }
    }

    private sealed class NoteRow
    {
        public string Fingerprint { get; set; } = "";
        public string Author { get; set; } = "";
        public string Note { get; set; } = "";
        public long At { get; set; }
        public long Until { get; set; }
    }
}
