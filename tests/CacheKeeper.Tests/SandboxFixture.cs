using CacheKeeper.Client;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Tests;

[assembly: AssemblyFixture(typeof(SandboxFixture))]

namespace CacheKeeper.Tests;

/// <summary>
/// One sandbox for the whole test run, in this process, started by the first test that asks for it. Tests keep apart by their own project
/// (<see cref="NewProject"/>), and by their own database where they count rows (<see cref="NewDatabaseAsync"/>). Redis is shared: use
/// questions or keys that hold the project's name.
/// </summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1);
    private string folder = "";
    private SandboxHost? host;
    private int numbers;

    /// <summary>Starts the sandbox at the first call; skips the running test where PostgreSQL is absent.</summary>
    internal async Task<SandboxHost> StartedAsync()
    {
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (host is null)
            {
                folder = Path.Combine(Path.GetTempPath(), "cachekeeper-tests-" + Path.GetRandomFileName());
                var settings = new SandboxSettings { Folder = folder, SafeWrites = false, Keep = false };
                host = await SandboxHost.StartAsync(settings, TestContext.Current.CancellationToken);
            }

            return host;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A project name no other test has.</summary>
    public string NewProject() => $"project_{Environment.ProcessId}_{Interlocked.Increment(ref numbers)}";

    /// <summary>A fresh database with the gateway's tables in form 1 or 2: the address of their owner.</summary>
    internal async Task<string> NewDatabaseAsync(int schema = 2) => (await NewDatabaseUrlsAsync(schema)).Owner;

    /// <summary>A fresh database: the addresses of the tables' owner and of the keeper, who has only what it needs.</summary>
    internal async Task<(string Owner, string Keeper)> NewDatabaseUrlsAsync(int schema = 2)
    {
        var sandbox = await StartedAsync();
        var database = $"test_{Interlocked.Increment(ref numbers)}";
        await sandbox.Databases.AddAsync(database, schema, TestContext.Current.CancellationToken);
        return (sandbox.Databases.OwnerUrl(database, sandbox.PostgreSql.Port), sandbox.Databases.KeeperUrl(database, sandbox.PostgreSql.Port));
    }

    /// <summary>The options of a client over all tiers, with a project and a database of its own, its counters written only when asked.</summary>
    internal async Task<CacheKeeperClientOptions> NewClientOptionsAsync(int schema = 2)
    {
        var options = (await StartedAsync()).Endpoints.ForClient();
        options.Project = NewProject();
        options.DatabaseUrl = await NewDatabaseAsync(schema);
        options.FlushInterval = TimeSpan.FromHours(1);
        options.DirectivesInterval = TimeSpan.FromMilliseconds(100);

        // Two busy cores, other tests beside us: only tests about time-outs should see any.
        options.Mem0Timeout = options.UpstashTimeout = options.PostgreSqlTimeout = options.SaveTimeout = TimeSpan.FromSeconds(20);
        return options;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        starting.Dispose();
    }
}
