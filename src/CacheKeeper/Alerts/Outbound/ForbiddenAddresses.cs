namespace CacheKeeper.Alerts.Outbound;

/// <summary>Addresses that no message may go to unless the operator allows them: everything that is not a public unicast address.</summary>
/// <remarks>The IANA special-purpose registries for IPv4 (RFC 6890) and IPv6, and the cloud metadata addresses (all link-local or listed).</remarks>
internal static class ForbiddenAddresses
{
    private static readonly (byte[] Prefix, int Bits, string What)[] Four =
    [
        ([0], 8, "this network"),
        ([10], 8, "private"),
        ([100, 64], 10, "carrier-grade NAT"),
        ([127], 8, "loopback"),
        ([168, 63, 129, 16], 32, "cloud metadata"),
        ([169, 254], 16, "link-local and cloud metadata"),
        ([172, 16], 12, "private"),
        ([192, 0, 0], 24, "protocol assignments"),
        ([192, 0, 2], 24, "documentation"),
        ([192, 88, 99], 24, "6to4 relay"),
        ([192, 168], 16, "private"),
        ([198, 18], 15, "benchmarking"),
        ([198, 51, 100], 24, "documentation"),
        ([203, 0, 113], 24, "documentation"),
        ([224], 4, "multicast"),
        ([240], 4, "reserved and broadcast"),
    ];

    private static readonly (byte[] Prefix, int Bits, string What)[] Six =
    [
        ([0x20, 0x01, 0], 23, "protocol assignments and Teredo"),
        ([0x20, 0x01, 0x0d, 0xb8], 32, "documentation"),
        ([0x20, 0x02], 16, "6to4"),
        ([0x3f, 0xff, 0], 20, "documentation"),
    ];

    private static readonly byte[] Mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    /// <summary>What forbids a 4- or 16-byte address; null for a public one.</summary>
    public static string? Why(ReadOnlySpan<byte> address) => address.Length switch
    {
        4 => Among(Four, address),
        16 when address.StartsWith(Mapped) => Among(Four, address[12..]),
        16 when (address[0] & 0xe0) != 0x20 => "not public (loopback, link-local, unique local, NAT64, multicast or reserved)",
        16 => Among(Six, address),
        _ => "not an address",
    };

    /// <summary>Whether the first <paramref name="bits"/> bits of an address are those of the prefix. Mapped IPv4 counts as IPv4.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> address, ReadOnlySpan<byte> prefix, int bits)
    {
        if (address.Length == 16 && prefix.Length == 4 && address.StartsWith(Mapped))
        {
            address = address[12..];
        }

        var (whole, rest) = (bits / 8, bits % 8);
        return address.Length >= prefix.Length && whole <= prefix.Length && address[..whole].SequenceEqual(prefix[..whole]) &&
            (rest == 0 || (byte)((address[whole] ^ prefix[whole]) >> (8 - rest)) == 0);
    }

    private static string? Among((byte[] Prefix, int Bits, string What)[] table, ReadOnlySpan<byte> address)
    {
        foreach (var (prefix, bits, what) in table)
        {
            if (IsWithin(address, prefix, bits))
            {
                return what;
            }
        }

        return null;
    }
}
