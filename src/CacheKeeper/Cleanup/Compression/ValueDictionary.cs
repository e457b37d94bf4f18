using System.Security.Cryptography;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>What many values have in common. Its id is its digest, so one id never names two contents.</summary>
internal sealed record ValueDictionary(string Id, byte[] Content)
{
    public static ValueDictionary Of(byte[] content) => new("d" + Convert.ToHexStringLower(SHA256.HashData(content))[..15], content);
}
