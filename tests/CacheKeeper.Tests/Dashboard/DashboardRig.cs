using System.Net.Http.Headers;
using CacheKeeper.Dashboard;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>The page and the API in process, on a clock of the test's, with one or two projects without tiers (or the settings given).</summary>
internal sealed class DashboardRig : IAsyncDisposable
{
    private readonly TemporaryFolder folder;

    private DashboardRig(TemporaryFolder folder, StateStore state, IReadOnlyList<KeeperHost> keepers, WebApplication app, FakeTimeProvider time) =>
        (this.folder, State, Keepers, App, Time) = (folder, state, keepers, app, time);

    public StateStore State { get; }
    public IReadOnlyList<KeeperHost> Keepers { get; }
    public WebApplication App { get; }
    public FakeTimeProvider Time { get; }

    public AccessStore Access => App.Services.GetRequiredService<AccessStore>();

    public SessionStore Sessions => App.Services.GetRequiredService<SessionStore>();

    public static async Task<DashboardRig> StartAsync(params KeeperSettings[] settings)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var folder = new TemporaryFolder();
        var state = await StateStore.OpenAsync(new StateLocation(folder.Path, null), TestContext.Current.CancellationToken);
        KeeperSettings[] chosen = settings.Length > 0 ? settings : [new KeeperSettings { Project = "one" }, new KeeperSettings { Project = "two" }];
        var keepers = chosen.Select(one => KeeperHost.Open(one, state, time, NullLoggerFactory.Instance)).ToList();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddDashboard(keepers);
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardRig(folder, state, keepers, app, time);
    }

    public HttpClient Anonymous() => App.GetTestServer().CreateClient();

    public async Task<HttpClient> WithTokenAsync(Role role, params string[] projects)
    {
        var (_, text) = await Access.CreateAsync("test", role, projects.Length == 0 ? null : projects, Time.GetUtcNow(), Time.GetUtcNow().AddDays(1), setup: false, TestContext.Current.CancellationToken);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return client;
    }

    /// <summary>A browser that signed in through the set-up link.</summary>
    public async Task<HttpClient> SignedInAsync()
    {
        var token = await Access.NewSetupAsync(Time.GetUtcNow(), new AccessPolicy(), TestContext.Current.CancellationToken);
        var client = Anonymous();
        using var form = new FormUrlEncodedContent([new("token", token!)]);
        var answer = await client.PostAsync(new Uri("/setup", UriKind.Relative), form, TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        foreach (var keeper in Keepers)
        {
            await keeper.DisposeAsync();
        }

        await State.DisposeAsync();
        folder.Dispose();
    }
}
