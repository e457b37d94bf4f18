using System.Text.Json.Nodes;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using Npgsql;

namespace CacheKeeper.EndToEnd;

/// <summary>Every verb of the design, by the real executable on the sandbox's three tiers: it exists, tells its exit code, and with <c>--json</c> prints one document.</summary>
public sealed class CommandContractTests : IAsyncLifetime
{
    private static readonly string[] OfEveryChange = ["run", "outcome", "reason", "plan", "counts", "expected", "actual", "undo_until"];

    private readonly string folder = Directory.CreateTempSubdirectory("cachekeeper-commands-").FullName;
    private SandboxHost? sandbox;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verbs_that_look_print_one_document_and_change_nothing()
    {
        await StartAsync();
        foreach (var line in new[]
        {
            "version", "config check", "config show", "config schema",
            "analytics collect", "analytics insights", "analytics export --series hit_ratio",
            "health check", "health alerts",
            "scheduler status", "scheduler next --count 2", "scheduler history",
            "cleanup history", "cleanup regret", "cleanup report",
            "optimizer analyze", "backup list", "debug connections", "session list",
        })
        {
            var spoken = await SayAsync($"{line} --json");
            Assert.True(spoken.ExitCode is 0 or 3, $"{line}: exit code {spoken.ExitCode}: {spoken.Remarks}");
            Assert.True(spoken.Json is JsonObject or JsonArray, line + " printed " + spoken.Output);
        }

        Assert.Equal(120, await RowsAsync());
    }

    [Fact]
    public async Task Verbs_that_change_stop_after_the_plan_when_asked_and_say_what_every_change_says()
    {
        await StartAsync();
        foreach (var line in new[]
        {
            "cleanup smart", "cleanup light", "cleanup targeted", "cleanup moderate", "cleanup aggressive", "cleanup deep", "cleanup category general", "cleanup entry 7",
            "optimizer run", "backup create",
        })
        {
            var spoken = await SayAsync($"{line} --dry-run --json");
            Assert.True(spoken.ExitCode == 0, $"{line}: exit code {spoken.ExitCode}: {spoken.Remarks} {spoken.Output}");
            Assert.Equal([], OfEveryChange.Except(spoken.Json.AsObject().Select(pair => pair.Key)));
            Assert.Contains((string?)spoken.Json["outcome"], (string[])["dry_run", "nothing_to_do"]);
        }

        Assert.Equal(120, await RowsAsync());
    }

    [Fact]
    public async Task A_plan_is_applied_once_and_taken_back_whole()
    {
        await StartAsync();
        var planned = await SayAsync("cleanup plan light --json");
        var plan = (string)planned.Json["plan"]!["plan"]!;
        var applied = await SayAsync($"cleanup apply {plan} --json --yes");
        Assert.Equal((0, "done"), (applied.ExitCode, (string?)applied.Json["outcome"]));
        Assert.Equal(105, await RowsAsync());
        Assert.Equal(4, (await SayAsync($"cleanup apply {plan} --json --yes")).ExitCode);

        var undone = await SayAsync($"cleanup undo {applied.Json["run"]} --json");
        Assert.Equal((0, "done"), (undone.ExitCode, (string?)undone.Json["outcome"]));
        Assert.Equal(120, await RowsAsync());

        var history = (await SayAsync("scheduler history --json")).Json.AsArray();
        string[] columns = ["run", "job", "project", "scheduled_at", "started_at", "ended_at", "node", "trigger", "outcome", "reason", "counts"];
        Assert.All(history, run => Assert.Equal([], columns.Except(run!.AsObject().Select(pair => pair.Key))));
    }

    [Fact]
    public async Task A_backup_is_made_verified_proven_and_brings_a_lost_table_back()
    {
        await StartAsync();
        Assert.Equal(0, (await SayAsync("backup create --json")).ExitCode);
        Assert.Equal(0, (await SayAsync("backup verify --json")).ExitCode);
        Assert.Equal(0, (await SayAsync("backup drill --json")).ExitCode);
        await ExecuteAsync("DELETE FROM cache_entries WHERE id % 2 = 0");
        var preview = await SayAsync("backup restore latest --dry-run --json");
        Assert.Equal((0, "dry_run"), (preview.ExitCode, (string?)preview.Json["outcome"]));
        Assert.Equal(60, await RowsAsync());
        var restored = await SayAsync("backup restore latest --json --yes");
        Assert.True(restored.ExitCode == 0, restored.Output + restored.Remarks);

        // All 105 live rows stand again; of the 15 past their time, the 8 that were not lost: what has expired is not revived.
        Assert.Equal(113, await RowsAsync());
    }

    [Theory]
    [InlineData("cleanup smrt", 2)]
    [InlineData("cleanup light --tier mysql", 2)]
    [InlineData("cleanup light --config nowhere.json", 2)]
    [InlineData("cleanup undo run-that-never-was", 2)]
    [InlineData("scheduler run no-such-job", 2)]
    [InlineData("backup restore never", 2)]
    [InlineData("backup verify never", 2)]
    public async Task Wrong_usage_is_told_in_a_sentence_with_exit_code_2_and_no_stack_trace(string line, int code)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "cachekeeper.json"), """{ "project": "nobody" }""", Stop);
        var spoken = await KeeperProcess.RunAsync(folder, line.Split(' '), null, Stop);
        Assert.Equal(code, spoken.ExitCode);
        Assert.Equal("", spoken.Output);
        Assert.NotEqual("", spoken.Remarks);
        Assert.DoesNotContain("   at ", spoken.Remarks, StringComparison.Ordinal);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (sandbox?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync()
    {
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, Stop);
        await ExecuteAsync(
            $"""
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
            SELECT md5('{sandbox.Endpoints.Project}' || n), 'q' || n, 'a' || n, '{sandbox.Endpoints.Project}', 'general', 'general_assistant', now() - interval '1 day',
                CASE WHEN n <= 15 THEN 3600 ELSE 864000 END FROM generate_series(1, 120) n
            """);
        var settings = new JsonObject
        {
            ["project"] = sandbox.Endpoints.Project,
            ["postgresql"] = new JsonObject { ["url"] = sandbox.Endpoints.KeeperDatabaseUrl },
            ["upstash"] = new JsonObject { ["url"] = sandbox.Endpoints.UpstashUrl, ["token"] = sandbox.Endpoints.UpstashToken },
            ["mem0"] = new JsonObject { ["host"] = sandbox.Endpoints.Mem0Host, ["apiKey"] = sandbox.Endpoints.Mem0ApiKey },
            ["state"] = new JsonObject { ["directory"] = Path.Combine(folder, "state") },
            ["backup"] = new JsonObject { ["location"] = Path.Combine(folder, "backups") },
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "cachekeeper.json"), settings.ToJsonString(), Stop);
    }

    private Task<Spoken> SayAsync(string line) => KeeperProcess.RunAsync(folder, line.Split(' '), null, Stop);

    private async Task<long> RowsAsync()
    {
        await using var gateway = NpgsqlDataSource.Create(Tiers.PostgresConnectionHost.Parse(sandbox!.Endpoints.DatabaseUrl));
        await using var command = gateway.CreateCommand("SELECT count(*) FROM cache_entries");
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var gateway = NpgsqlDataSource.Create(Tiers.PostgresConnectionHost.Parse(sandbox!.Endpoints.DatabaseUrl));
        await using var command = gateway.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
