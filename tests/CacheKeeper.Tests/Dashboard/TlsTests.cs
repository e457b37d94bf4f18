using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>The daemon on an https address, with a certificate from files.</summary>
public sealed class TlsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_TLS_browsers_are_told_to_stay_with_it()
    {
        using var folder = new TemporaryFolder();
        await using var projects = await OpenAsync(folder.Path, withCertificate: true);
        await using var app = DaemonHost.Create(projects, "https://127.0.0.1:0", NullLoggerFactory.Instance);
        await app.StartAsync(Stop);
        using var client = Client(app.Urls.First());
        var answer = await client.GetAsync("/sign-in", Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000; includeSubDomains", answer.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task TRACE_is_answered_by_nothing()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Trace, "/");
        var answer = await rig.Anonymous().SendAsync(request, Stop);
        Assert.False(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_stops_the_start_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using var projects = await OpenAsync(folder.Path, withCertificate: false);
        var mistake = await Assert.ThrowsAsync<KeeperException>(async () =>
        {
            await using var app = DaemonHost.Create(projects, "https://127.0.0.1:0", NullLoggerFactory.Instance);
            await app.StartAsync(Stop);
        });
        Assert.Contains("certificate", mistake.Message);
    }

    [Fact]
    public async Task Metrics_without_a_token_are_refused_as_a_program_understands_it()
    {
        using var folder = new TemporaryFolder();
        await using var projects = await OpenAsync(folder.Path, withCertificate: true);
        await using var app = DaemonHost.Create(projects, "https://127.0.0.1:0", NullLoggerFactory.Instance);
        await app.StartAsync(Stop);
        using var client = Client(app.Urls.First());
        var answer = await client.GetAsync("/metrics", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private static HttpClient Client(string address)
    {
#pragma warning disable CA5399 // The certificate is the test's own.
        var handler = new HttpClientHandler { AllowAutoRedirect = false, ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5399
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    private static async Task<ProjectsHost> OpenAsync(string folder, bool withCertificate)
    {
        var (certificate, key, config) = (Path.Combine(folder, "page.pem"), Path.Combine(folder, "page.key"), Path.Combine(folder, "cachekeeper.json"));
        if (withCertificate)
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), Stop);
            await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem(), Stop);
        }

        var settings = new JsonObject
        {
            ["project"] = "one",
            ["web"] = new JsonObject { ["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = key } },
            ["state"] = new JsonObject { ["directory"] = Path.Combine(folder, "state") },
        };
        await File.WriteAllTextAsync(config, settings.ToJsonString(), Stop);
        return await ProjectsHost.OpenAsync(config, null, TimeProvider.System, NullLoggerFactory.Instance, Stop);
    }
}
