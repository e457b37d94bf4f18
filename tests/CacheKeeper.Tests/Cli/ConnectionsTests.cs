using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Cli.Connections;
using CacheKeeper.Sandbox.Mem0;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Alerts;
using CacheKeeper.Tiers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Tests.Cli;

/// <summary>Every step on the way to real servers, and what is said where it ends.</summary>
public sealed class ConnectionsTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_tier_and_channel_that_answers_shows_each_step_its_version_and_its_limits()
    {
        var host = await sandbox.StartedAsync();
        using var mail = new MailSink();
        using var folder = new TemporaryFolder();
        await using var mem0 = await Mem0Server.StartAsync(new Mem0ServerSettings { Folder = folder, ApiKey = "key", Flavour = Mem0ServerFlavour.Platform }, Stop);
        var reports = await RunAsync(new KeeperSettings
        {
            Postgresql = new PostgresSettings { Url = Text((await sandbox.NewDatabaseUrlsAsync()).Keeper) },
            Upstash = new RedisSettings { Url = host.Endpoints.UpstashUrl, Token = Text(host.Endpoints.UpstashToken) },
            Mem0 = new Mem0Settings { Host = mem0.Url, ApiKey = Text("key") },
            Alerts = new AlertPolicy { Channels = [new EmailSettings { Name = "post", Host = "127.0.0.1", Port = mail.Port, Security = MailSecurity.None, From = "a@b.test", To = ["c@d.test"] }], AllowedAddresses = ["127.0.0.0/8"] },
        });
        Assert.All(reports, report => Assert.True(report.Passed, ConnectionsText.Of([report])));
        Assert.Equal(["upstash", "mem0", "postgresql", "post"], reports.Select(report => report.Target.Name));
        Assert.All(reports.Take(3), report => Assert.Equal(["resolve", "tcp", "auth", "query"], report.Steps.Where(step => step.Passed == true && step.Name != "ask tls").Select(step => step.Name)));
        Assert.All(reports.SelectMany(report => report.Steps).Where(step => step.Passed == true), step => Assert.True(step.Took > TimeSpan.Zero && step.Took < TimeSpan.FromSeconds(5), $"{step}"));
        Assert.StartsWith("PostgreSQL ", reports[2].Server, StringComparison.Ordinal);
        Assert.Contains(" of ", reports[2].Limits["connections"], StringComparison.Ordinal);
        Assert.Contains("Redis", reports[0].Server, StringComparison.Ordinal);
        Assert.NotEmpty(reports[1].Limits["memories"]);
        Assert.Empty(mail.Got);
    }

    [Fact]
    public async Task Redis_over_its_own_protocol_is_shown_step_by_step()
    {
        var report = await RedisAsync((await sandbox.StartedAsync()).Redis.Url);
        Assert.True(report.Passed, ConnectionsText.Of([report]));
        Assert.StartsWith("Redis ", report.Server, StringComparison.Ordinal);
        Assert.Contains("clients", report.Limits.Keys);
    }

    [Fact]
    public async Task A_closed_port_is_told_at_the_step_TCP()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        foreach (var report in new[] { await RedisAsync($"redis://127.0.0.1:{port}"), await PostgresAsync($"postgres://a:b@127.0.0.1:{port}/c"), await RestAsync($"http://127.0.0.1:{port}", "token") })
        {
            Assert.Equal(("tcp", ConnectionFault.Refused), (report.Failed!.Name, report.Failed.Fault));
            Assert.StartsWith($"Nothing listens at 127.0.0.1:{port}", ConnectionCauses.Of(report), StringComparison.Ordinal);
            Assert.Single(report.Steps, step => step.Passed == false);
        }
    }

    [Fact]
    public async Task A_name_that_leads_nowhere_is_told_at_the_first_step()
    {
        foreach (var report in new[] { await PostgresAsync("postgres://a:b@no-such-host.invalid/c"), await RestAsync("https://no-such-host.invalid", "token") })
        {
            Assert.Equal(("resolve", ConnectionFault.NameUnknown), (report.Failed!.Name, report.Failed.Fault));
            Assert.StartsWith("The name no-such-host.invalid leads nowhere", ConnectionCauses.Of(report), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_and_a_server_without_TLS_are_told_at_the_step_TLS()
    {
        await using var server = await SelfSignedAsync();
        var port = new Uri(server.Urls.First()).Port;
        foreach (var report in new[] { await RestAsync($"https://127.0.0.1:{port}", "token"), await RedisAsync((await sandbox.StartedAsync()).Redis.Url.Replace("redis://", "rediss://", StringComparison.Ordinal)), await PostgresAsync((await sandbox.NewDatabaseUrlsAsync()).Keeper + "?sslmode=require") })
        {
            Assert.Equal(("tls", ConnectionFault.Tls), (report.Failed!.Name, report.Failed.Fault));
            Assert.Contains("encryption is not what is asked for", ConnectionCauses.Of(report), StringComparison.Ordinal);
            Assert.Contains(report.Steps, step => step is { Name: "tcp", Passed: true });
        }
    }

    [Fact]
    public async Task A_rejected_password_is_told_at_the_step_of_signing_in_and_stands_nowhere()
    {
        var host = await sandbox.StartedAsync();
        var redis = new UriBuilder(host.Redis.Url) { UserName = "nobody", Password = "wr0ng-secret" }.Uri.ToString();
        var reports = new List<ConnectionReport> { await RestAsync(host.Endpoints.UpstashUrl, "wr0ng-secret"), await RedisAsync(redis) };
        reports.Add(await PostgresAsync(new UriBuilder(await sandbox.NewDatabaseAsync()) { Password = "wr0ng-secret" }.Uri.ToString()));
        foreach (var report in reports)
        {
            var text = ConnectionsText.Of([report]);
            Assert.True(report.Failed is { Name: "auth", Fault: ConnectionFault.Credentials }, text);
            Assert.Contains("refuses the credentials", text, StringComparison.Ordinal);
            Assert.DoesNotContain("wr0ng-secret", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Messages_pass_the_same_guard_and_a_forbidden_address_is_never_dialled()
    {
        using var receiver = new TcpListener(IPAddress.Loopback, 0);
        receiver.Start();
        var port = ((IPEndPoint)receiver.LocalEndpoint).Port;
        var report = Assert.Single(await RunAsync(new KeeperSettings { Alerts = new AlertPolicy { Channels = [new WebhookSettings { Name = "hook", Url = $"https://127.0.0.1:{port}/hook" }] } }));
        Assert.Equal(ConnectionFault.Forbidden, report.Failed!.Fault);
        Assert.Contains("alerts.allowedAddresses", ConnectionCauses.Of(report), StringComparison.Ordinal);
        Assert.False(receiver.Pending());
    }

    private static Task<IReadOnlyList<ConnectionReport>> RunAsync(KeeperSettings settings) => new ConnectionsRunner(settings, TimeProvider.System).RunAsync(Stop);

    private static async Task<ConnectionReport> RedisAsync(string url) => Assert.Single(await RunAsync(new KeeperSettings { Upstash = new RedisSettings { RedisUrl = Text(url) } }));

    private static async Task<ConnectionReport> RestAsync(string url, string token) => Assert.Single(await RunAsync(new KeeperSettings { Upstash = new RedisSettings { Url = url, Token = Text(token) } }));

    private static async Task<ConnectionReport> PostgresAsync(string url) => Assert.Single(await RunAsync(new KeeperSettings { Postgresql = new PostgresSettings { Url = Text(url) } }));

    private static Secret Text(string text) => new() { Text = text };

    private static async Task<WebApplication> SelfSignedAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=somebody.else", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("https://127.0.0.1:0").ConfigureKestrel(server => server.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        var app = builder.Build();
        await app.StartAsync(Stop);
        return app;
    }
}
