using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// The random key under which everything in one location is sealed. Each file gets a key of its own derived from it, so numbers can serve as nonces;
/// chunk names are keyed hashes, so equal content is recognised by us and by nobody else.
/// </summary>
internal sealed class RepositoryKey
{
    public const int Bytes = 32;
    private readonly byte[] _root;
    private readonly byte[] _names;

    public RepositoryKey(byte[] root)
    {
        _root = root;
        _names = HKDF.DeriveKey(HashAlgorithmName.SHA256, root, Bytes, info: "chunk names"u8.ToArray());
    }

    /// <summary>Tells keys apart without telling anything of them.</summary>
    public string Id => KeyId(_root);

    public static string KeyId(ReadOnlySpan<byte> key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, "key id"u8))[..16];

    public byte[] ForFile(ReadOnlySpan<byte> fileId, string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, Bytes, fileId.ToArray(), Encoding.ASCII.GetBytes(purpose));

    /// <summary>The name of a chunk of this content.</summary>
    public string NameOf(ReadOnlySpan<byte> chunk) => Convert.ToHexStringLower(HMACSHA256.HashData(_names, chunk));

    /// <summary>This key sealed under another, to be stored beside what it opens.</summary>
    public WrappedKey Wrap(ReadOnlySpan<byte> wrapping, ReadOnlySpan<byte> nonce)
    {
        var (id, sealedKey, tag) = (KeyId(wrapping), new byte[Bytes], new byte[Sealer.TagBytes]);
        using var gcm = new AesGcm(wrapping, Sealer.TagBytes);
        gcm.Encrypt(nonce, _root, sealedKey, tag, Encoding.ASCII.GetBytes("cachekeeper " + id));
        return new WrappedKey(id, Convert.ToBase64String(nonce), Convert.ToBase64String([.. sealedKey, .. tag]));
    }

    /// <summary>Opens a wrapped key; null when the wrapping key is not the right one or the text was changed.</summary>
    public static RepositoryKey? Unwrap(WrappedKey wrapped, ReadOnlySpan<byte> wrapping)
    {
        try
        {
            var (nonce, content, root) = (Convert.FromBase64String(wrapped.Nonce), Convert.FromBase64String(wrapped.Key), new byte[Bytes]);
            if (content.Length != Bytes + Sealer.TagBytes || wrapped.KeyId != KeyId(wrapping))
            {
                return null;
            }

            using var gcm = new AesGcm(wrapping, Sealer.TagBytes);
            gcm.Decrypt(nonce, content.AsSpan(0, Bytes), content.AsSpan(Bytes), root, Encoding.ASCII.GetBytes("cachekeeper " + wrapped.KeyId));
            return new RepositoryKey(root);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>A location's key, sealed under the operator's key of this id.</summary>
internal sealed record WrappedKey(string KeyId, string Nonce, string Key);
