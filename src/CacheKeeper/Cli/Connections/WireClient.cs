using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CacheKeeper.Cli.Connections;

/// <summary>Opens connections a step at a time: name, TCP, TLS.</summary>
internal sealed class WireClient(StepService steps)
{
    /// <summary>A plain connection to the first address that takes it.</summary>
    public async Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var socket = await steps.TakeAsync(ConnectionStep.Tcp, stop => DialAsync(addresses, port, stop), cancellationToken, known => known.RemoteEndPoint?.ToString());
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>TLS over a connection, with the certificate checked as the settings ask.</summary>
    /// <param name="anyCertificate">Whether the settings take a certificate that the system does not trust, as sslmode require does.</param>
    public Task<SslStream> EncryptAsync(Stream plain, string host, bool anyCertificate, CancellationToken cancellationToken) => steps.TakeAsync(
        ConnectionStep.Tls,
        async stop =>
        {
            var encrypted = new SslStream(plain);
            try
            {
                await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, _, _, errors) => anyCertificate || errors == SslPolicyErrors.None }, stop);
                return encrypted;
            }
            catch
            {
                await encrypted.DisposeAsync();
                throw;
            }
        },
        cancellationToken,
        stream => $"{Word(stream.SslProtocol)}{(stream.RemoteCertificate is { } certificate ? ", certificate until " + DateTime.Parse(certificate.GetExpirationDateString()).ToString("yyyy-MM-dd") : "")}");

    /// <summary>An HTTP client whose connections are opened step by step.</summary>
    public HttpClient Http(TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            // A client that tries again finds the same: one way is shown, once.
            if (steps.HasFailed)
            {
                throw new IOException("the way failed before");
            }

            var plain = await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps ? await EncryptAsync(plain, context.DnsEndPoint.Host, anyCertificate: false, cancellationToken) : plain;
        },
    })
    {
        Timeout = timeout,
    };

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => steps.TakeAsync(
        ConnectionStep.Resolve,
        async stop => IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, stop),
        cancellationToken,
        addresses => addresses is [var one] && one.ToString() == host ? "an address already" : string.Join(", ", addresses.Take(3).Select(address => address.ToString())));

    /// <summary>A socket to the first of these addresses that takes it.</summary>
    public static async Task<Socket> DialAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        for (var at = 0; ; at++)
        {
            var socket = new Socket(addresses[at].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[at], port), cancellationToken);
                return socket;
            }
            catch (SocketException) when (at < addresses.Count - 1)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    // Tls13 is written TLS 1.3.
    private static string Word(SslProtocols protocol) => protocol.ToString().Replace("Tls1", "TLS 1.", StringComparison.Ordinal);
}
