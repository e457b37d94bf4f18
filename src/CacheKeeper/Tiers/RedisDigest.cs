using System.Security.Cryptography;

namespace CacheKeeper.Tiers;

/// <summary>What must stand under a key for it to be written over, in the one digest that a script can make.</summary>
internal static class RedisDigest
{
    /// <summary>Whatever stands.</summary>
    public const string Anything = "*";

    /// <summary>No key at all.</summary>
    public const string Nothing = "";

    /// <summary>A text as it is, or a type as this server's DUMP tells it.</summary>
    public static string Of(ReadOnlySpan<byte> value) => Convert.ToHexStringLower(SHA1.HashData(value));

    /// <summary>A type that the server does not DUMP: its elements, those of a set and the fields of a hash in the order of their bytes.</summary>
    public static string Of(IEnumerable<byte[]> elements) => Of(System.Text.Encoding.ASCII.GetBytes(string.Join(',', elements.Select(Convert.ToHexString))));
}
