using System.Text;

namespace CacheKeeper.Verify.Hostile;

/// <summary>What keys and values may hold in the worst case, seeded.</summary>
internal static class HostileText
{
    /// <summary>A category that is an attack in itself: SQL, Lua, HTML, a line break, every glob.</summary>
    public const string Category = "p*[a]?y'; DROP--\r\n<b>\\{1}$1]]";

    /// <summary>Categories that must not be taken for it: a glob or LIKE would.</summary>
    public static readonly string[] LookAlikes = ["pay", "p[a]y'; DROP--", "pXay'; DROP--\r\n<b>\\{1}$1]]", "p%", "p*", Category + "x", Category[..^1]];

    private static readonly string[] Texts =
    [
        "'; DROP TABLE cache_entries; --", "\"); redis.call('FLUSHALL') --", "]] redis.call('FLUSHALL') --[[", "<script>alert(document.cookie)</script>", "<img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "line\r\nbreak", "\r\n*1\r\n$8\r\nFLUSHALL\r\n", "tab\tand \u0001 \u001b[31m bell \a", "مرحبا ‮gnp.exe", "🧨🏴‍☠️👩‍👩‍👧‍👦", "a*b?[c]{d}\\e^f",
        "{\"json\": [1, null, {\"__proto__\": {}}]}", "%s%n%x{0}${jndi:ldap://x}", "../../etc/passwd", "\\x00FF", "\\xZZ", "null", "undefined", "NaN", "", " ", "Ω≈ç√∫˜µ", "�", "ﷺ",
        "upi://pay?pa=someone@okbank&am=1.00", "it's \"quoted\" `here` $(rm -rf /)",
    ];

    /// <summary>Some text, without ':' where it becomes part of a key and without NUL where PostgreSQL keeps it.</summary>
    public static string Any(Random random, int number, bool nul) =>
        $"{number} {Texts[random.Next(Texts.Length)]}{(nul && random.Next(4) == 0 ? "\0after NUL" : "")}{Texts[random.Next(Texts.Length)]}";

    public static string KeyPart(Random random, int number) => Any(random, number, nul: true).Replace(':', ';');

    /// <summary>Bytes that are often no text at all: lone surrogates, cut sequences, all values.</summary>
    public static byte[] Bytes(Random random, int number)
    {
        switch (number % 6)
        {
            case 0:
                return [];
            case 1:
                return [0xED, 0xA0, 0x80, (byte)'l', (byte)'o', (byte)'n', (byte)'e', 0xED, 0xBF, 0xBF];
            case 2:
                return [0xC3, 0x28, 0xFF, 0xFE, 0x00, 0x0D, 0x0A];
            case 3:
                var noise = new byte[random.Next(1, 2000)];
                random.NextBytes(noise);
                return noise;
            default:
                return Encoding.UTF8.GetBytes(Any(random, number, nul: true));
        }
    }

    public static string DeepJson(int levels) => new string('[', levels) + new string(']', levels);
}
