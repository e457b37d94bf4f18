using System.Net;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Inner addresses in the spellings that have slipped past other programs' lists.</summary>
internal static class InnerAddresses
{
    private static readonly string[] Four = ["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.5", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "168.63.129.16", "224.0.0.1", "255.255.255.255"];

    private static readonly string[] Six =
        ["::1", "::", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "fe80::1", "fe80::1%25lo", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "100::1", "64:ff9b:1::7f00:1"];

    private static readonly string[] Names =
    [
        "localhost", "LOCALHOST", "localhost.", "LocalHost.", "localhost.localdomain", "sub.localhost", "metadata.google.internal", "instance-data", "127.0.0.1.nip.test", "7f000001.nip.test",
        "rebinding.test", "second.rebinding.test", "xn--lcalhost-9ya.test", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "inner.example", "a.b.c.d.e.f.test", "127.1.1.1.", "kubernetes.default.svc",
    ];

    public static IEnumerable<string> Forms(int port)
    {
        string[] hosts = [.. Four.SelectMany(Spellings), .. Six.Select(six => $"[{six}]"), .. Names];
        foreach (var host in hosts)
        {
            yield return $"https://{host}:{port}/hook";
        }

        foreach (var host in hosts.Take(60).Concat(Names))
        {
            yield return $"http://{host}:{port}/";
        }

        foreach (var trick in Tricks(port))
        {
            yield return trick;
        }

        yield return $"https://rebinding.test:{port}/again";
        yield return $"https://rebinding.test:{port}/and-again";
    }

    private static IEnumerable<string> Spellings(string dotted)
    {
        var bytes = IPAddress.Parse(dotted).GetAddressBytes();
        var number = ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
        yield return dotted;
        yield return number.ToString();
        yield return $"0x{number:x}";
        yield return $"0{Convert.ToString(number, 8)}";
        yield return string.Join('.', bytes.Select(part => "0x" + part.ToString("x2")));
        yield return string.Join('.', bytes.Select(part => "0" + Convert.ToString(part, 8)));
        yield return string.Join('.', bytes.Select(part => "000" + Convert.ToString(part, 8)));
        yield return $"{bytes[0]}.{(bytes[1] << 16) | (bytes[2] << 8) | bytes[3]}";
        yield return $"{bytes[0]}.{bytes[1]}.{(bytes[2] << 8) | bytes[3]}";
        yield return $"0x{bytes[0]:x}.{bytes[1]}.0{Convert.ToString(bytes[2], 8)}.{bytes[3]}";
        yield return dotted + ".";
        yield return dotted.Replace(".", "%2e", StringComparison.Ordinal);
        yield return $"[::ffff:{dotted}]";
        yield return $"[::ffff:{bytes[0]:x2}{bytes[1]:x2}:{bytes[2]:x2}{bytes[3]:x2}]";
        yield return $"[0:0:0:0:0:ffff:{dotted}]";
        yield return $"[::{dotted}]";
        yield return $"[64:ff9b::{dotted}]";
        yield return $"[2002:{bytes[0]:x2}{bytes[1]:x2}:{bytes[2]:x2}{bytes[3]:x2}::]";
    }

    private static IEnumerable<string> Tricks(int port) =>
    [
        $"https://example.com@127.0.0.1:{port}/", $"https://user:password@127.0.0.1:{port}/", $"https://127.0.0.1:{port}#@example.com/", $"https://127.0.0.1:{port}?@example.com/",
        $"https://example.com:443@127.0.0.1:{port}/", $"https://127.0.0.1:{port}\\@example.com/", $"https:\\\\127.0.0.1:{port}/", $"https:///127.0.0.1:{port}/", $"https:127.0.0.1:{port}/",
        $" https://127.0.0.1:{port}/", $"https://127.0.0.1:{port}/\r\nHost: example.com", $"HTTPS://127.0.0.1:{port}/", $"hTTp://127.0.0.1:{port}/", $"//127.0.0.1:{port}/", $"127.0.0.1:{port}",
        $"ftp://127.0.0.1:{port}/", $"gopher://127.0.0.1:{port}/_x", $"ws://127.0.0.1:{port}/", $"wss://127.0.0.1:{port}/", $"dict://127.0.0.1:{port}/", $"ldap://127.0.0.1:{port}/", $"net.tcp://127.0.0.1:{port}/",
        "file:///etc/passwd", "data:text/plain,x", "javascript:alert(1)", "unix:///var/run/docker.sock", "https://", "https://:443/", "https://[", "https://[::1", $"https://[::1]:{port}:{port}/",
        $"https://127.0.0.1%00.example.com:{port}/", $"https://127.0.0.1%09:{port}/", $"https://127.0.0.1%20:{port}/", $"https://0:{port}/", $"https://0x0:{port}/", $"https://00000000000:{port}/", $"https://127.1:{port}/", $"https://127.0.1:{port}/",
        $"https://4294967295:{port}/", $"https://4294967296:{port}/", $"https://2130706433.:{port}/", $"https://١٢٧.٠.٠.١:{port}/", "", " ", "\u0000", $"https://{new string('a', 300)}.test:{port}/",
    ];
}
