using CacheKeeper.Scheduling;
using CsCheck;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>Our block in other people's crontabs.</summary>
public sealed class CrontabBlockTests
{
    private static readonly string Block = CrontabBlock.Lines(Timetable.Of(new SchedulingPolicy(), "p", _ => true), "/opt/cachekeeper scheduler run", "UTC");

    [Fact]
    public void A_schedule_of_seconds_is_told_and_not_written_as_a_line_that_cron_would_misread()
    {
        var policy = new SchedulingPolicy { Jobs = { ["health-check"] = new JobSettings { Cron = "*/20 * * * * *" } } };
        var block = CrontabBlock.Lines(Timetable.Of(policy, "p", _ => true), "/opt/cachekeeper scheduler run", "UTC");
        Assert.Contains("\n# health-check: cron knows no seconds", block, StringComparison.Ordinal);
        Assert.DoesNotContain("run health-check", block, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_job_has_a_line_that_really_runs_it()
    {
        Assert.Contains("\n0 2 * * * /opt/cachekeeper scheduler run deep-cleanup\n", Block, StringComparison.Ordinal);
        Assert.Equal(FixedJobs.All.Count, Block.Split('\n').Count(line => line.Contains("scheduler run", StringComparison.Ordinal) && !line.StartsWith('#')));
    }

    [Fact]
    public void Installing_twice_leaves_one_block_and_uninstalling_leaves_other_lines_byte_for_byte() =>
        Gen.Char["ab#\n\r\t *%"].Array[0, 60].Select(letters => new string(letters)).Sample(text =>
        {
            var theirs = text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
            var once = CrontabBlock.With(theirs, Block);
            return CrontabBlock.With(once, Block) == once && CrontabBlock.Without(once) == theirs;
        }, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Lines_after_the_block_stay_where_they_are()
    {
        var edited = CrontabBlock.With("A=1\n", Block) + "5 5 * * * theirs\n";
        Assert.Equal(edited, CrontabBlock.With(edited, Block));
        Assert.Equal("A=1\n5 5 * * * theirs\n", CrontabBlock.Without(edited));
    }

    [Fact]
    public void A_percent_sign_in_the_command_does_not_end_it() =>
        Assert.Contains("/o\\%t/x", CrontabBlock.Lines(Timetable.Of(new SchedulingPolicy(), "p", _ => true), "/o%t/x", "UTC"), StringComparison.Ordinal);
}
