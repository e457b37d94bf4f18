using System.Globalization;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>A cron text and what it promises on any clock.</summary>
/// <param name="Daily">One run on every local day.</param>
/// <param name="Longest">The longest silence; null where nothing is promised but that times go forward.</param>
internal sealed record CronForm(string Text, bool Daily, TimeSpan? Longest);

/// <summary>Two hundred cron forms: the timetable's own, every shape of field, and seeded ones.</summary>
internal static class CronForms
{
    public static IReadOnlyList<CronForm> All(int seed)
    {
        var random = new Random(seed);
        string[] shapes = ["0 0 1 * *", "0 4 * * 0", "0 5 * * 7", "30 2 * * 1-5", "0 0 * * SUN", "15 1 1,15 * *", "59 23 31 * *", "0 0 29 2 *", "0 0 L * *", "30 0 * 3,10,11 *", "0 1-4 * * *", "*/10 2,3 * * *", "0 0,12 * * *", "30 4 1 * 1", "5 2 * * MON#1", "@weekly", "@monthly", "@yearly"];
        var forms = shapes.Select(text => new CronForm(text, false, null)).ToList();
        forms.AddRange(CacheKeeper.Scheduling.FixedJobs.All.Select(job => new CronForm(job.Cron, job.Cron is ['0', ' ', >= '0' and <= '9', ' ', '*', ' ', '*', ' ', '*'], null)));
        forms.Add(new CronForm("@daily", true, null));
        forms.AddRange(new[] { 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 }.Select(n => new CronForm($"*/{n} * * * *", false, TimeSpan.FromMinutes(n))));
        forms.AddRange(new[] { 1, 2, 3, 4, 6, 8, 12 }.Select(n => new CronForm($"{random.Next(60)} */{n} * * *", false, TimeSpan.FromHours(n))));
        forms.AddRange(new[] { 5, 10, 15, 20, 30 }.Select(n => new CronForm($"*/{n} * * * * *", false, TimeSpan.FromSeconds(n))));
        forms.AddRange(Enumerable.Range(0, 20).Select(_ => new CronForm($"{random.Next(60)} * * * *", false, TimeSpan.FromHours(1))));

        // Days: each half hour of the small hours, where clocks are set, and seeded minutes of the whole day.
        forms.AddRange(Enumerable.Range(0, 10).Select(half => new CronForm(string.Create(CultureInfo.InvariantCulture, $"{half % 2 * 30} {half / 2} * * *"), true, null)));
        forms.AddRange(Enumerable.Range(0, 30).Select(_ => new CronForm($"{random.Next(60)} {random.Next(23, 28) % 24} * * *", true, null)));
        forms.AddRange(Enumerable.Range(0, 200 - forms.Count).Select(_ => new CronForm($"{random.Next(60)} {random.Next(24)} * * *", true, null)));
        return forms;
    }
}
