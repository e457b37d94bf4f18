using System.Net;

namespace CacheKeeper.Alerts.Outbound;

/// <summary>The inner addresses that the operator allows messages to go to.</summary>
internal sealed class AllowedAddresses
{
    private readonly List<(byte[] Prefix, int Bits)> _networks = [];
    private readonly HashSet<(string Host, int Port)> _hosts = [];

    public AllowedAddresses(IEnumerable<string> entries)
    {
        foreach (var entry in entries.Where(entry => !TryAdd(entry.Trim())))
        {
            throw KeeperException.Usage($"alerts.allowedAddresses: '{entry}' cannot be read.", "Write 10.1.0.0/16, 192.0.2.7, [fd00::1]:443 or hooks.example:8080.");
        }
    }

    /// <summary>Every entry that cannot be read.</summary>
    public static IReadOnlyList<string> Mistakes(IEnumerable<string> entries)
    {
        var none = new AllowedAddresses([]);
        return [.. entries.Where(entry => !none.TryAdd(entry.Trim())).Select(entry => $"alerts.allowedAddresses: '{entry}' cannot be read; write 10.1.0.0/16, 192.0.2.7 or hooks.example:8080.")];
    }

    /// <summary>Whether an address that a name and port led to is allowed.</summary>
    public bool Contains(IPAddress address, string host, int port)
    {
        var bytes = address.GetAddressBytes();
        return _hosts.Contains((Normal(host), port)) || _hosts.Contains((Normal(address.ToString()), port)) || _networks.Exists(network => ForbiddenAddresses.IsWithin(bytes, network.Prefix, network.Bits));
    }

    private bool TryAdd(string entry)
    {
        if (entry.Split('/') is [var network, var length] && IPAddress.TryParse(network, out var prefix) && int.TryParse(length, out var bits) && bits >= 0 && bits <= prefix.GetAddressBytes().Length * 8)
        {
            _networks.Add((prefix.GetAddressBytes(), bits));
            return true;
        }

        if (IPAddress.TryParse(entry, out var single))
        {
            _networks.Add((single.GetAddressBytes(), single.GetAddressBytes().Length * 8));
            return true;
        }

        var colon = entry.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(entry[(colon + 1)..], out var port) || port is < 1 or > 65_535 || entry.Contains('/', StringComparison.Ordinal))
        {
            return false;
        }

        _hosts.Add((Normal(entry[..colon]), port));
        return true;
    }

    private static string Normal(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
