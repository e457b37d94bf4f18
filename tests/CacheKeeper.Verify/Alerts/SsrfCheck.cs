using System.Net;
using System.Net.Sockets;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Outbound;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Asks the way out to post to inner addresses in every spelling; listeners on this machine count who comes.</summary>
internal sealed class SsrfCheck : ICheck
{
    public string Name => "ssrf";
    public string Goal => "300 spellings of inner addresses, redirects, rebinding names and proxies: no connection is made";
    public (int Smoke, int Default, int Full) Tries => (300, 300, 300);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        using var canary = new Canary();
        Environment.SetEnvironmentVariable("HTTPS_PROXY", $"http://127.0.0.1:{canary.Port}");
        Environment.SetEnvironmentVariable("HTTP_PROXY", $"http://127.0.0.1:{canary.Port}");
        Environment.SetEnvironmentVariable("ALL_PROXY", $"http://127.0.0.1:{canary.Port}");
        var names = new RebindingNames();
        var dialled = new List<IPEndPoint>();
        using var client = new OutboundClient(new AllowedAddresses([]), TimeProvider.System, names.ResolveAsync, (target, stop) => DialAsync(target, dialled, stop));
        var forms = InnerAddresses.Forms(canary.Port).Distinct().ToList();
        foreach (var form in forms)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            var result = await client.PostAsync(form, "{}"u8.ToArray(), [], limit.Token);
            run.Expect(result.Outcome != DeliveryOutcome.Delivered, $"delivered to {form}");
        }

        await MailAsync(run, client, canary.Port, cancellationToken);
        run.Expect(forms.Count >= run.Tries, $"only {forms.Count} forms");
        run.Expect(canary.Connections == 0, $"{canary.Connections} connections reached a listener");
        foreach (var target in dialled.Where(target => ForbiddenAddresses.Why(target.Address.GetAddressBytes()) is not null))
        {
            run.Offend($"dialled {target}");
        }

        await RedirectAsync(run, canary, cancellationToken);
        run.Fact($"{forms.Count} forms, {names.Asked} names asked, {canary.Connections} connections, dialled but public (not really called): {string.Join(", ", dialled)}");
    }

    // Public addresses are noted but never called: the check must not leave the machine.
    private static async Task<Socket> DialAsync(IPEndPoint target, List<IPEndPoint> dialled, CancellationToken cancellationToken)
    {
        dialled.Add(target);
        if (ForbiddenAddresses.Why(target.Address.GetAddressBytes()) is null)
        {
            throw new SocketException((int)SocketError.HostUnreachable);
        }

        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target, cancellationToken);
        return socket;
    }

    private static async Task MailAsync(CheckRun run, OutboundClient client, int port, CancellationToken cancellationToken)
    {
        foreach (var host in new[] { "127.0.0.1", "localhost", "::1", "0.0.0.0", "169.254.169.254", "mail.rebinding.test" })
        {
            try
            {
                using var socket = await client.ConnectAsync(host, port, encrypted: true, cancellationToken);
                run.Offend($"a mail connection to {host}");
            }
            catch (Exception e) when (e is KeeperException or SocketException)
            {
            }
        }
    }

    private static async Task RedirectAsync(CheckRun run, Canary canary, CancellationToken cancellationToken)
    {
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            await using var receiver = await FlakyReceiver.StartAsync(context =>
            {
                context.Response.Headers.Location = $"http://127.0.0.1:{canary.Port}/";
                return Task.FromResult(status);
            });
            using var client = new OutboundClient(new AllowedAddresses([receiver.HostAndPort]), TimeProvider.System);
            var result = await client.PostAsync(receiver.Url, "{}"u8.ToArray(), [], cancellationToken);
            run.Expect(result.Outcome == DeliveryOutcome.Failed, $"a redirect {status} counted as delivered");
        }

        run.Expect(canary.Connections == 0, "a redirect was followed");
    }

    /// <summary>Answers public for the first question about a name and loopback ever after.</summary>
    private sealed class RebindingNames
    {
        private readonly HashSet<string> _seen = [];

        public int Asked { get; private set; }

        public async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
        {
            Asked++;
            return name.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) ? await Dns.GetHostAddressesAsync(name, cancellationToken)
                : name.Contains("rebinding", StringComparison.Ordinal) && _seen.Add(name) ? [IPAddress.Parse("93.184.216.34")]
                : [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("10.0.0.1")];
        }
    }

    /// <summary>Listens on every address of this machine and counts.</summary>
    private sealed class Canary : IDisposable
    {
        private readonly TcpListener _listener = TcpListener.Create(0);
        private int _connections;

        public Canary()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => _connections;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _connections);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }
    }
}
