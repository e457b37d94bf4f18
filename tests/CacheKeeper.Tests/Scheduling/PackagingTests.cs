using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>The files a distribution would ship are the ones we would write ourselves.</summary>
public sealed class PackagingTests
{
    [Fact]
    public void The_packaged_unit_is_the_one_that_install_writes() =>
        Assert.Equal(SystemdUnit.Text("/usr/bin/cachekeeper run --config /etc/cachekeeper/cachekeeper.json", forUser: false), Read("cachekeeper.service"));

    [Fact]
    public void The_packaged_crontab_has_each_job_at_its_time()
    {
        var lines = Read("crontab-cache").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'));
        Assert.Equal(FixedJobs.All.Select(job => $"{job.Cron} cachekeeper scheduler run --quiet {job.Name}"), lines);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "packaging", file));
}
