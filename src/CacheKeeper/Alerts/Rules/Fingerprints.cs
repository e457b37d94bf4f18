using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Alerts;

/// <summary>Short stable names for alerts and messages.</summary>
internal static class Fingerprints
{
    private const int Length = 16;

    /// <summary>The first 64 bits of SHA-256 over the parts, in hexadecimal.</summary>
    public static string Of(params IEnumerable<string?> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts)));
        return Convert.ToHexStringLower(hash)[..Length];
    }
}
