using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace CacheKeeper.Alerts.Outbound;

/// <summary>
/// The only way out for messages. The address is checked where the socket connects, on the address that is dialled: no name can point
/// elsewhere between the check and the connection. HTTPS and POST only, no redirects, no proxy, no cookies.
/// </summary>
internal sealed class OutboundClient : IDisposable
{
    private const int LongestAnswer = 16 * 1024;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly AllowedAddresses _allowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly Func<IPEndPoint, CancellationToken, Task<Socket>> _dial;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public OutboundClient(
        AllowedAddresses allowed,
        TimeProvider time,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        Func<IPEndPoint, CancellationToken, Task<Socket>>? dial = null)
    {
        (_allowed, _time) = (allowed, time);
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _dial = dial ?? DialAsync;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var encrypted = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps;
                return new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, encrypted, cancellationToken), ownsSocket: true);
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <summary>Why an address can never be used, as far as its text tells; null when it may be tried.</summary>
    public static string? Mistake(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var uri) ? "is not an absolute URL"
        : uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? "must start with https://"
        : uri.UserInfo.Length > 0 ? "must not carry a user name or password"
        : uri.Host.Length == 0 ? "has no host"
        : null;

    /// <summary>Posts JSON; 2xx alone is success.</summary>
    public async Task<DeliveryResult> PostAsync(string url, byte[] body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        if (Mistake(url) is { } mistake)
        {
            return DeliveryResult.Failed($"the address {mistake}");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
            request.Headers.UserAgent.ParseAdd("CacheKeeper/0.1");
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Judge(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or UriFormatException or KeeperException)
        {
            return DeliveryResult.Failed((e.InnerException as KeeperException ?? e).Message);
        }
    }

    /// <summary>A connection to an address that is public or allowed.</summary>
    /// <exception cref="KeeperException">Every address of the host is forbidden.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, bool encrypted, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        Exception? failure = null;
        foreach (var address in addresses)
        {
            if (Forbidden(address, host, port, encrypted) is { } why)
            {
                failure ??= new KeeperException($"{host} leads to {address}, which is {why}: not contacted.", "If that is meant, list it in alerts.allowedAddresses.");
                continue;
            }

            try
            {
                return await _dial(new IPEndPoint(address, port), cancellationToken);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure ?? new KeeperException($"{host} has no address.");
    }

    public void Dispose() => _http.Dispose();

    private string? Forbidden(IPAddress address, string host, int port, bool encrypted) =>
        _allowed.Contains(address, host, port) ? null
        : !encrypted ? "reached without encryption"
        : ForbiddenAddresses.Why(address.GetAddressBytes()) ?? (IsOwn(address) ? "this machine itself" : null);

    // Our own listeners on a public address are as much inside as loopback.
    private static bool IsOwn(IPAddress address) =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(address));

    private DeliveryResult Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => DeliveryResult.Delivered,
            410 => DeliveryResult.Refused("the receiver answered 410: it wants no more messages"),
            >= 300 and < 400 => DeliveryResult.Failed($"the receiver answered {status}; redirects are not followed"),
            _ => DeliveryResult.Failed($"the receiver answered {status}", RetryAfter(response)),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
        return wait is { } asked && asked > TimeSpan.Zero ? asked < LongestRetryAfter ? asked : LongestRetryAfter : null;
    }

    private static async Task<Socket> DialAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
