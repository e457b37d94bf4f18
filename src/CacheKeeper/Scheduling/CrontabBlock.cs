namespace CacheKeeper.Scheduling;

/// <summary>Our lines in a user's crontab, between two marks. Everything outside the marks stays byte for byte.</summary>
internal static class CrontabBlock
{
    private const string Begin = "# BEGIN cachekeeper (made by 'cachekeeper scheduler install', removed by 'uninstall')";
    private const string End = "# END cachekeeper";
    private const string BeginMark = "# BEGIN cachekeeper";

    /// <summary>The lines for the jobs that fire; <paramref name="command"/> is already quoted for the shell.</summary>
    /// <remarks>Cron reads times on the machine's clock, so only jobs whose zone is <paramref name="machineZone"/> keep their times; the others are told.</remarks>
    public static string Lines(IReadOnlyList<ScheduledJob> timetable, string command, string machineZone)
    {
        var lines = timetable.Select(job => job switch
        {
            { Fires: false } => $"# {job.Name}: {(job.Available ? "switched off" : "not available")}",
            _ when job.Schedule.HasSeconds => $"# {job.Name}: cron knows no seconds ({job.Schedule.Text}); the daemon does",
            _ when job.Schedule.Zone.Id != machineZone && job.Schedule.Text.Split(' ')[1] != "*" =>
                $"CRON_TZ={job.Schedule.Zone.Id}\n{Line(job, command)}\nCRON_TZ={machineZone}",
            _ => Line(job, command),
        });
        return $"{Begin}\n{string.Join('\n', lines)}\n{End}\n";
    }

    /// <summary>The crontab with our block in it, once: in the place where it stood, else at the end.</summary>
    public static string With(string crontab, string block)
    {
        var (before, after) = Split(crontab);
        return after is not null ? before + block + after : before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + block;
    }

    /// <summary>The crontab without our block.</summary>
    public static string Without(string crontab)
    {
        var (before, after) = Split(crontab);
        return before + after;
    }

    // A percent sign ends a command in a crontab unless it is escaped.
    private static string Line(ScheduledJob job, string command) => $"{job.Schedule.Text} {command.Replace("%", "\\%", StringComparison.Ordinal)} {job.Name}";

    // `After` is null when there is no block. A block without its end reaches to the last line that is ours to know: the mark alone.
    private static (string Before, string? After) Split(string crontab)
    {
        var begin = crontab.StartsWith(BeginMark, StringComparison.Ordinal) ? 0 : crontab.IndexOf("\n" + BeginMark, StringComparison.Ordinal) is >= 0 and var at ? at + 1 : -1;
        if (begin < 0)
        {
            return (crontab, null);
        }

        var end = crontab.IndexOf("\n" + End, begin, StringComparison.Ordinal);
        var last = end < 0 ? begin : end + 1;
        var line = crontab.IndexOf('\n', last);
        return (crontab[..begin], line < 0 ? "" : crontab[(line + 1)..]);
    }
}
