using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Alerts;

/// <summary>
/// Links in messages that acknowledge one firing of one alert without signing in: whoever got the message may say that they see to it, and nothing else.
/// The signature is an HMAC-SHA256 (RFC 2104) over project, alert, firing and end, so that a link cannot be turned into another one.
/// </summary>
/// <param name="Page">Where people reach the page, such as <c>https://cache.example</c>.</param>
/// <param name="Key">32 bytes that only this state knows.</param>
internal sealed record AcknowledgeLinks(string Page, byte[] Key)
{
    /// <summary>A link is good for so long after its message was written.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(2);

    /// <summary>The link for one firing.</summary>
    public string Write(string project, string fingerprint, long transition, DateTimeOffset now)
    {
        var link = new AcknowledgeLink(project, fingerprint, transition, (now + GoodFor).ToUnixTimeSeconds());
        return $"{Page.TrimEnd('/')}/ack?project={Uri.EscapeDataString(project)}&alert={Uri.EscapeDataString(fingerprint)}&firing={transition.ToString(CultureInfo.InvariantCulture)}&until={link.Until.ToString(CultureInfo.InvariantCulture)}&signature={Sign(Key, link)}";
    }

    /// <summary>Whether we wrote this link and it has not ended.</summary>
    public static bool IsGood(byte[] key, AcknowledgeLink link, string signature, DateTimeOffset now) =>
        now.ToUnixTimeSeconds() < link.Until && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(key, link)), Encoding.UTF8.GetBytes(signature));

    // Each part with its length before it: no two links have the same text to sign.
    private static string Sign(byte[] key, AcknowledgeLink link) => Convert.ToHexStringLower(HMACSHA256.HashData(
        key,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ack.{link.Project.Length}.{link.Project}.{link.Fingerprint.Length}.{link.Fingerprint}.{link.Transition}.{link.Until}"))));
}

/// <summary>What a link says: this firing of this alert, until then (seconds since 1970).</summary>
internal sealed record AcknowledgeLink(string Project, string Fingerprint, long Transition, long Until);
