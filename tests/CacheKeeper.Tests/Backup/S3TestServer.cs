using System.Diagnostics;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Sandbox.Upstash;

namespace CacheKeeper.Tests.Backup;

/// <summary>An S3-compatible server from npm, at a locked version, in a process of its own; the test is skipped where there is no node.</summary>
internal sealed class S3TestServer : IAsyncDisposable
{
    public const string Bucket = "backups";
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private S3TestServer(Process process, string folder, string port) => (_process, Folder, Url) = (process, folder, $"http://127.0.0.1:{port}");

    public string Url { get; }

    /// <summary>Where its files lie: what a thief of the bucket sees.</summary>
    public string Folder { get; }

    /// <summary>The keys that the server knows.</summary>
    public S3Settings Settings => new() { Endpoint = Url, AccessKey = new Secret { Text = "S3RVER" }, SecretKey = new Secret { Text = "S3RVER" } };

    public static async Task<S3TestServer> StartAsync()
    {
        var package = await NodePackage.InstallAsync("s3", "server.mjs");
        var data = new TemporaryFolder();
        var process = Process.Start(new ProcessStartInfo("node", ["server.mjs", data]) { WorkingDirectory = package, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var port = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(int.TryParse(port, out _), $"the S3 server did not start: {port}");
        return new S3TestServer(process, data, port!);
    }

    public ValueTask DisposeAsync()
    {
        _process.Kill();
        _process.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
