using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CacheKeeper;

/// <summary>The page's certificate from its files; read again when it has been kept for an hour. Files that cannot be read later leave the one in use.</summary>
internal sealed class CertificateStore(TlsSettings settings, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private X509Certificate2? _current;
    private DateTimeOffset _readAt;

    /// <exception cref="KeeperException">It was never read and cannot be.</exception>
    public X509Certificate2 Current()
    {
        lock (_lock)
        {
            if (_current is not null && time.GetUtcNow() - _readAt < KeptFor)
            {
                return _current;
            }

            try
            {
                _current = X509Certificate2.CreateFromPemFile(settings.Certificate!, settings.Key);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException && _current is null)
            {
                throw KeeperException.Usage($"The certificate {settings.Certificate} cannot be used: {e.Message}", "web.tls.certificate and web.tls.key name PEM files that this user may read.");
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // The one in use serves on; the next hour tries again.
            }

            _readAt = time.GetUtcNow();
            return _current!;
        }
    }
}
