using CacheKeeper.Client;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;
using CacheKeeper.Tests.Client;

namespace CacheKeeper.Tests.Optimization;

/// <summary>Existing entries get another end only when it is asked for, and get the old one back.</summary>
public sealed class RetimeTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retiming_moves_ends_of_its_category_alone_and_undo_moves_back_what_nobody_has_written_since()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        var now = rig.Time.GetUtcNow();
        await Rows.ExecuteAsync(rig.DatabaseUrl, """
            insert into cache_entries (query_hash, query_text, response_text, project_name, category, created_at, updated_at, expires_at, metadata)
            select md5($1 || n), 'q', 'r', $1, case when n <= 30 then 'payments' else 'users' end, $2::timestamp, $2::timestamp, $2::timestamp + interval '1 hour', case when n = 1 then '{"pinned": true}' else '{}' end::jsonb
            from generate_series(1, 40) as n
            """, rig.Keeper.Project, now.UtcDateTime.AddMinutes(-10));
        Assert.Equal(RunOutcome.NothingToDo, (await rig.RunAsync(rig.Parts.RetimeJob())).Outcome);
        await rig.Parts.Changes.WriteAsync(
            new Change("chg", rig.Keeper.Project, "run", "ttl:payments", now)
            {
                What = "Keep answers of payments for 2 h",
                Directive = new TtlDirective(null, "payments", null, null, 7200, now.AddDays(7), "because", "optimizer"),
                SecondsBefore = 3600,
                Promised = new Effect(),
                JudgeAt = now.AddDays(1),
            },
            Stop);

        var planned = await rig.RunAsync(rig.Parts.RetimeJob(), dryRun: true);
        Assert.Equal(29, (int)planned.Counts!["planned"]!);
        Assert.Equal(0, await EndingAsync(rig, minutes: 110));
        var run = await rig.RunAsync(rig.Parts.RetimeJob());
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        Assert.Equal((29, 11), (await EndingAsync(rig, minutes: 110), await EndingAsync(rig, minutes: 50)));

        // One is saved again meanwhile: its new end is not the undo's to change.
        await Rows.ExecuteAsync(rig.DatabaseUrl, "update cache_entries set updated_at = updated_at + interval '5 minutes' where query_hash = md5($1 || 2)", rig.Keeper.Project);
        var undone = await rig.RunAsync(await rig.Parts.UndoJobAsync(run.Run, Stop));
        Assert.True(undone.Outcome == RunOutcome.Done, undone.Reason);
        Assert.Equal((1, 39), (await EndingAsync(rig, minutes: 110), await EndingAsync(rig, minutes: 50)));
        Assert.Equal(RunOutcome.NothingToDo, (await rig.RunAsync(await rig.Parts.UndoJobAsync(run.Run, Stop))).Outcome);
    }

    private static async Task<int> EndingAsync(OptimizerRig rig, int minutes) =>
        (int)await Rows.ScalarAsync<long>(rig.DatabaseUrl, "select count(*) from cache_entries where expires_at = $1", rig.Time.GetUtcNow().UtcDateTime.AddMinutes(minutes));
}
