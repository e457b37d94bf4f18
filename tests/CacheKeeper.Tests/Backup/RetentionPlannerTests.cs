using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Retention;
using CsCheck;

namespace CacheKeeper.Tests.Backup;

/// <summary>What retention keeps, on a calendar that a person can follow, and what holds whatever the points and rules are.</summary>
public sealed class RetentionPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Four_months_of_daily_backups_read_as_restic_would_keep_them()
    {
        var points = Enumerable.Range(0, 120).Select(day => Point(day, Now.Date.AddDays(-day).AddHours(1))).ToList();
        var plan = RetentionPlanner.Plan(points, new RetentionPolicy(), Now);
        var kept = plan.Where(verdict => verdict.Keep).Select(verdict => $"{verdict.At:yyyy-MM-dd ddd}  {string.Join(", ", verdict.Reasons)}");
        Golden.Matches(string.Join('\n', kept) + $"\n{plan.Count(verdict => !verdict.Keep)} go: {plan.First(verdict => !verdict.Keep).Reasons[0]}", "retention");
    }

    [Fact]
    public void Nothing_goes_while_no_newer_backup_is_verified()
    {
        var points = Enumerable.Range(0, 50).Select(day => Point(day, Now.AddDays(-day)) with { Verified = day >= 40 }).ToList();
        var plan = RetentionPlanner.Plan(points, new RetentionPolicy { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 }, Now);
        Assert.All(plan.Take(41), verdict => Assert.True(verdict.Keep, verdict.Id));
        Assert.All(plan.Skip(41), verdict => Assert.False(verdict.Keep, verdict.Id));
    }

    [Fact]
    public void Partial_backups_and_safety_copies_neither_count_nor_last()
    {
        KeptPoint[] points =
        [
            Point(1, Now.AddDays(-1)) with { Complete = false },
            Point(2, Now.AddDays(-2)) with { Kind = PointKind.SafetyCopy },
            Point(3, Now.AddDays(-30)),
            Point(4, Now.AddDays(-31)) with { Complete = false },
            Point(5, Now.AddDays(-400)) with { Kind = PointKind.Archive },
            Point(6, Now.AddDays(-500)) with { Problem = "changed" },
        ];
        var plan = RetentionPlanner.Plan(points, new RetentionPolicy { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 }, Now);
        Assert.Equal(["p1", "p2", "p3", "p5", "p6"], plan.Where(verdict => verdict.Keep).Select(verdict => verdict.Id));
    }

    [Fact]
    public void Whatever_the_points_and_rules_are_the_newest_verified_and_proven_stay_and_longer_rules_never_keep_less() => Points.Select(Policies).Sample((points, policy) =>
    {
        var plan = RetentionPlanner.Plan(points, policy, Now);
        var kept = plan.Where(verdict => verdict.Keep).Select(verdict => verdict.Id).ToHashSet();
        Assert.Equal(points.Count, plan.Count);
        var good = points.Where(point => point is { Kind: PointKind.Backup, Complete: true, Problem: "" }).OrderByDescending(point => point.At).ThenByDescending(point => point.Id, StringComparer.Ordinal).ToList();
        Assert.All(good.Where(point => point.Verified).Take(1).Concat(good.Where(point => point.Proven).Take(1)), point => Assert.Contains(point.Id, kept));

        // What goes of the good ones has a newer verified one that stays.
        var newest = good.FirstOrDefault(point => point.Verified);
        Assert.All(good.Where(point => !kept.Contains(point.Id)), point => Assert.True(newest is not null && newest.At >= point.At));
        var longer = policy with { Last = policy.Last + 1, Daily = policy.Daily + 1, Weekly = policy.Weekly + 1, Monthly = policy.Monthly + 1, OthersFor = policy.OthersFor * 2 };
        var more = RetentionPlanner.Plan(points, longer, Now).Where(verdict => verdict.Keep).Select(verdict => verdict.Id).ToHashSet();
        Assert.Superset(kept, more);

        // What stays today stays when the plan is made again of what was left.
        var again = RetentionPlanner.Plan([.. points.Where(point => kept.Contains(point.Id))], policy, Now);
        Assert.All(again, verdict => Assert.True(verdict.Keep));
    }, iter: 2000, seed: "0000KeeperRp1");

    private static readonly Gen<IReadOnlyList<KeptPoint>> Points =
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 23], Gen.Int[0, 9], Gen.Int[0, 99]).Array[0, 60].Select(all => (IReadOnlyList<KeptPoint>)[.. all.Select((one, i) => new KeptPoint(
            $"p{i}", Now.AddDays(-one.Item1).AddHours(-one.Item2), one.Item3 switch { 7 => PointKind.SafetyCopy, 8 => PointKind.Selection, 9 => PointKind.Archive, _ => PointKind.Backup }, one.Item4 % 10 > 1, one.Item4 % 4 > 0, one.Item4 % 9 == 0, one.Item4 % 17 == 0 ? "changed" : ""))]);

    private static readonly Gen<RetentionPolicy> Policies = Gen.Select(Gen.Int[1, 5], Gen.Int[0, 10], Gen.Int[0, 6], Gen.Int[0, 12]).Select(one => new RetentionPolicy { Last = one.Item1, Daily = one.Item2, Weekly = one.Item3, Monthly = one.Item4 });

    private static KeptPoint Point(int number, DateTimeOffset at) => new($"p{number}", at, PointKind.Backup, true, true, false, "");
}
