using System.Net;
using System.Net.Sockets;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Outbound;

namespace CacheKeeper.Tests.Alerts;

public sealed class OutboundClientTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("ff02::1")]
    public void Inner_addresses_are_forbidden(string address) => Assert.NotNull(ForbiddenAddresses.Why(IPAddress.Parse(address).GetAddressBytes()));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_addresses_are_not(string address) => Assert.Null(ForbiddenAddresses.Why(IPAddress.Parse(address).GetAddressBytes()));

    [Fact]
    public async Task The_address_checked_is_the_address_dialled_however_often_the_name_changes()
    {
        var answers = new Queue<string>(["93.184.216.34", "127.0.0.1"]);
        var dialled = new List<IPEndPoint>();
        using var client = new OutboundClient(new AllowedAddresses([]), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]), Refuse(dialled));
        await client.PostAsync("https://rebinding.example/hook", [], [], CancellationToken.None);
        var second = await client.PostAsync("https://rebinding.example/hook", [], [], CancellationToken.None);
        Assert.Equal("93.184.216.34", Assert.Single(dialled).Address.ToString());
        Assert.Contains("127.0.0.1, which is loopback: not contacted", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_addresses_only_public_ones_are_tried()
    {
        var dialled = new List<IPEndPoint>();
        using var client = new OutboundClient(new AllowedAddresses([]), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("93.184.216.34")]), Refuse(dialled));
        await client.PostAsync("https://mixed.example/", [], [], CancellationToken.None);
        Assert.Equal("93.184.216.34", Assert.Single(dialled).Address.ToString());
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.9.8.7", 443, true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", 443, false)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080, true)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8081, false)]
    [InlineData("inner.example:8080", "inner.example", 8080, true)]
    [InlineData("192.168.0.7", "192.168.0.7", 25, true)]
    [InlineData("[fd00::1]:443", "fd00::1", 443, true)]
    public void Allowed_addresses_are_networks_or_a_host_with_its_port(string entry, string host, int port, bool expected)
    {
        var address = IPAddress.TryParse(host, out var literal) ? literal : IPAddress.Parse("10.0.0.1");
        Assert.Equal(expected, new AllowedAddresses([entry]).Contains(address, host, port));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("localhost")]
    [InlineData("a:0")]
    [InlineData("")]
    public void What_cannot_be_read_is_refused(string entry) => Assert.Single(AllowedAddresses.Mistakes([entry]));

    [Theory]
    [InlineData("ftp://example.org/x")]
    [InlineData("https://user:pass@example.org/")]
    [InlineData("/relative")]
    [InlineData("javascript:alert(1)")]
    public void Only_plain_web_addresses_are_taken(string url) => Assert.NotNull(OutboundClient.Mistake(url));

    [Fact]
    public async Task Without_encryption_only_allowed_addresses_are_reached()
    {
        var dialled = new List<IPEndPoint>();
        using var client = new OutboundClient(new AllowedAddresses([]), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34")]), Refuse(dialled));
        var result = await client.PostAsync("http://public.example/", [], [], CancellationToken.None);
        Assert.Equal(DeliveryOutcome.Failed, result.Outcome);
        Assert.Contains("without encryption", result.Error, StringComparison.Ordinal);
        Assert.Empty(dialled);
    }

    private static Func<IPEndPoint, CancellationToken, Task<Socket>> Refuse(List<IPEndPoint> dialled) => (target, _) =>
    {
        dialled.Add(target);
        throw new SocketException((int)SocketError.ConnectionRefused);
    };
}
