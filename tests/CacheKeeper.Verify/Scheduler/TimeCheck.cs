using System.Globalization;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>R9: cron texts on every clock change of eight zones; then the running timetable under a clock that jumps.</summary>
internal sealed class TimeCheck : ICheck
{
    private const int FirstYear = 2000;
    private const int LastYear = 2037;
    private static readonly TimeSpan AroundDays = TimeSpan.FromDays(2);
    private static readonly TimeSpan AroundHours = TimeSpan.FromHours(7);
    private static readonly TimeSpan AroundMinutes = TimeSpan.FromMinutes(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public string Name => "time";

    public string Goal => "eight zones, every clock change 2000-2037, 200 cron forms, clocks set by 1 s to 10 years both ways, a suspended process: times go forward, one run a local day, no job silent for longer than its interval";

    /// <summary>Every n-th clock change is looked at (1 is all of them).</summary>
    public (int Smoke, int Default, int Full) Tries => (20, 1, 1);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var forms = CronForms.All(run.Seed);
        var (changes, times) = (0, 0L);
        Parallel.ForEach(
            ZoneTransitions.Zones.Select(TimeZoneInfo.FindSystemTimeZoneById).SelectMany(zone => ZoneTransitions.Of(zone, FirstYear, LastYear).Append(new DateTimeOffset(2028, 2, 29, 12, 0, 0, TimeSpan.Zero)).Where((_, i) => i % run.Tries == 0).Select(change => (zone, change))),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken },
            one =>
            {
                Interlocked.Increment(ref changes);
                foreach (var form in forms)
                {
                    Interlocked.Add(ref times, Judge(run, form, one.zone, one.change));
                }
            });
        run.Fact(string.Create(CultureInfo.InvariantCulture, $"{forms.Count} cron forms x {changes} clock changes and leap days: {times} times"));
        await ClockJumps.JudgeAsync(run, cancellationToken);
    }

    private static int Judge(CheckRun run, CronForm form, TimeZoneInfo zone, DateTimeOffset change)
    {
        var schedule = CronSchedule.Parse(form.Text, zone);
        var around = form.Longest is not { } longest ? AroundDays : longest < TimeSpan.FromMinutes(15) ? AroundMinutes : longest <= TimeSpan.FromHours(1) ? AroundHours : AroundDays;
        var (from, until) = (change - around, change + around);
        var days = new Dictionary<DateOnly, int>();
        var count = 0;
        var last = from;
        while (schedule.Next(last) is { } next && next <= until)
        {
            count++;
            if (next <= last)
            {
                run.Offend($"{form.Text} in {zone.Id}: the time after {last:u} is {next:u}");
                break;
            }

            if (count > 1 && form.Longest is { } limit && next - last > limit + Second)
            {
                run.Offend($"{form.Text} in {zone.Id}: silent for {next - last} after {last:u}");
            }

            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(next, zone).DateTime);
            days[day] = days.GetValueOrDefault(day) + 1;
            last = next;
        }

        if (form.Daily)
        {
            JudgeDays(run, form, zone, days, from, until);
        }

        return count;
    }

    // Whole local days only: the first and the last of the span are cut.
    private static void JudgeDays(CheckRun run, CronForm form, TimeZoneInfo zone, Dictionary<DateOnly, int> days, DateTimeOffset from, DateTimeOffset until)
    {
        var (first, last) = (DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime));
        for (var day = first.AddDays(1); day < last; day = day.AddDays(1))
        {
            var runs = days.GetValueOrDefault(day);
            run.Expect(runs == 1, $"{form.Text} in {zone.Id}: {runs} runs on {day:yyyy-MM-dd}");
        }
    }
}
