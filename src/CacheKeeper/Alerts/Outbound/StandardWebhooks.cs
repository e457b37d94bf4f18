using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Alerts.Outbound;

/// <summary>Signs and verifies messages by Standard Webhooks 1.0.0: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
internal static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;
    private const int LongestId = 256;
    private const int MostSignatures = 16;

    /// <summary>The three headers; one signature for each secret, so that both old and new holders can verify during a change of keys.</summary>
    public static IEnumerable<(string Name, string Value)> Sign(string id, DateTimeOffset now, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString();
        var headers = new List<(string, string)> { (IdHeader, id), (TimestampHeader, timestamp) };
        var signatures = new List<string>(secrets.Count);
        foreach (var secret in secrets)
        {
            signatures.Add(Version + Convert.ToBase64String(Mac(Key(secret), id, timestamp, body)));
        }

        if (signatures.Count > 0)
        {
            headers.Add((SignatureHeader, string.Join(' ', signatures)));
        }

        return headers;
    }

    /// <summary>Judges an inbound message. Whether its id was seen before is asked of the store afterwards.</summary>
    public static WebhookVerdict Verify(InboundWebhook message, IReadOnlyList<string> secrets, InboundPolicy policy, DateTimeOffset now)
    {
        if (message.Body.Length > policy.LargestBody)
        {
            return WebhookVerdict.TooLarge;
        }

        if (message.Id is not { Length: > 0 and <= LongestId } || message.Signature is null || !IsPlain(message.Timestamp) || !long.TryParse(message.Timestamp, out var seconds))
        {
            return WebhookVerdict.Malformed;
        }

        var genuine = false;
        foreach (var secret in secrets)
        {
            genuine |= AnyMatches(message.Signature, Mac(Key(secret), message.Id, message.Timestamp, message.Body));
        }

        return !genuine ? WebhookVerdict.WrongSignature
            : Math.Abs(now.ToUnixTimeSeconds() - (double)seconds) > policy.Tolerance.TotalSeconds ? WebhookVerdict.TooOldOrEarly
            : WebhookVerdict.Genuine;
    }

    /// <summary>The key's bytes: base64 after the prefix, or without it as the reference libraries read it; any other text stands for itself.</summary>
    public static byte[] Key(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) && (length is >= ShortestKey and <= LongestKey || text.Length != secret.Length)
            ? buffer[..length]
            : Encoding.UTF8.GetBytes(secret);
    }

    // Compared as text: another spelling of the same bytes is not the signature we would have made.
    private static bool AnyMatches(string header, byte[] mac)
    {
        var wanted = Encoding.ASCII.GetBytes(Version + Convert.ToBase64String(mac));
        var found = false;
        foreach (var part in header.Split(' ', MostSignatures))
        {
            found |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(part), wanted);
        }

        return found;
    }

    private static byte[] Mac(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }

    // Digits alone: a sign or blanks would be read as the same number and leave the signature's text ambiguous.
    private static bool IsPlain(string? timestamp) => timestamp is { Length: > 0 and <= 15 } && timestamp.All(char.IsAsciiDigit);
}
