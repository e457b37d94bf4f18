using System.Globalization;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Makes texts with one personal or payment number in them, and texts without any.</summary>
internal sealed class PersonalTexts(Random chance)
{
    private static readonly string[] Names = ["ravi", "priya.sharma", "amit_k", "s.iyer", "kumar99", "neha-gupta", "mohd.arif", "lakshmi1985", "rahul.v", "anita"];
    private static readonly string[] Handles = ["okaxis", "okhdfcbank", "oksbi", "okicici", "ybl", "ibl", "axl", "paytm", "upi", "apl", "fbl", "hdfcbank", "sbi", "icici", "kotak", "yesbank", "idfcfirst", "airtel", "jio", "ptsbi"];
    private static readonly string[] Domains = ["example.com", "gmail.com", "mail.example.co.in", "bank.example.org", "x-y.example.net"];
    private static readonly string[] Banks = ["SBIN", "HDFC", "ICIC", "UTIB", "KKBK", "PUNB", "YESB", "BARB", "IDIB", "CNRB"];
    private static readonly string[] Before = ["refund to ", "Payment of Rs 500 from ", "customer ", "failed: ", "id=", "query: why was ", "{\"value\":\"", "(", "beneficiary: ", "transaction ", "Contact ", "'", "note ", ""];
    private static readonly string[] After = [" was declined", " on 2026-11-23", "", ".", ", please check", "\"}", ")", "?", " twice", "; retry", "'", " - limit exceeded", "!"];

    /// <summary>A text and the number planted in it.</summary>
    public (string Kind, string Text, string Planted) WithPersonal()
    {
        var (kind, planted) = chance.Next(8) switch
        {
            0 => ("vpa", Vpa()),
            1 => ("utr", Utr()),
            2 => ("rrn", chance.Next(1, 10) + Digits(11)),
            3 => ("mobile", Mobile()),
            4 => ("e-mail", $"{Pick(Names)}{(chance.Next(2) == 0 ? "" : "+" + chance.Next(99))}@{Pick(Domains)}"),
            5 => ("pan", Pan()),
            6 => ("aadhaar", Grouped(Aadhaar(), 4)),
            _ => ("card", Card()),
        };
        return (kind, Pick(Before) + planted + Pick(After), planted);
    }

    /// <summary>A text as logs, alerts and cached questions hold them, without anything personal.</summary>
    public string Clean() => chance.Next(16) switch
    {
        0 => $"hit ratio {chance.NextDouble() * 100:F1}% of {chance.Next(1_000_000):N0} lookups since 2026-{chance.Next(1, 13):D2}-{chance.Next(1, 29):D2} {chance.Next(24):D2}:{chance.Next(60):D2}:{chance.Next(60):D2}",
        1 => $"snapshot {1_790_000_000_000 + chance.NextInt64(5_000_000_000)} took {chance.NextInt64(9_999_999_999)} bytes in {chance.Next(99_999)} ms",
        2 => $"node 10.{chance.Next(256)}.{chance.Next(256)}.{chance.Next(256)}:{chance.Next(1024, 65536)} answered {chance.Next(200, 599)}",
        3 => $"key cache:{Uuid()} expired",
        4 => $"sha {Convert.ToHexStringLower(Bytes(32))} matches",
        5 => $"run-2026-11-{chance.Next(1, 29):D2}-{chance.Next(10_000):D4} removed {chance.Next(50_000)} of {chance.Next(50_000, 500_000)} entries ({chance.Next(100)} %)",
        6 => $"@upstash/redis@1.{chance.Next(99)}.{chance.Next(9)} and Npgsql {chance.Next(12)}.{chance.Next(9)}.{chance.Next(9)}",
        7 => $"What is the UPI limit of Rs {chance.Next(1, 100_000)} per day for merchants?",
        8 => $"latency p95 {chance.NextDouble() * 900:F2} ms, p99 {chance.NextDouble() * 1_900:F2} ms, samples {chance.NextInt64(99_999_999)}",
        9 => $"Reset my UPI PIN, error code U{chance.Next(100):D2} after {chance.Next(9)} tries",
        10 => $"postgres://db.internal:{chance.Next(1024, 65536)}/gateway?sslmode=require pool {chance.Next(200)}",
        11 => $"2026-11-23T{chance.Next(24):D2}:{chance.Next(60):D2}:{chance.Next(60):D2}.{chance.Next(1000):D3}Z INFO [{chance.Next(99_999)}] cleanup light done in {chance.Next(9_999)} ms",
        12 => $"registry.example/app@sha256:{Convert.ToHexStringLower(Bytes(32))}",
        13 => $"amount {chance.Next(1, 10_000_000)}.{chance.Next(100):D2} INR, fee {chance.NextDouble() * 20:F2}",
        14 => $"slot {chance.Next(16_384)} memory {chance.NextInt64(68_719_476_736)} B, keys {chance.NextInt64(9_999_999_999)} keys, ttl {chance.Next(604_800)} s",
        _ => $"epoch {1_790_000_000 + chance.Next(90_000_000)} version v{chance.Next(20)}.{chance.Next(30)}.{chance.Next(900)} build {chance.Next(999_999)} order #{chance.Next(99_999_999)}",
    };

    private string Vpa() => chance.Next(4) == 0 ? $"{chance.Next(6, 10)}{Digits(9)}@{Pick(Handles)}" : $"{Pick(Names)}{(chance.Next(2) == 0 ? "" : chance.Next(1000).ToString(CultureInfo.InvariantCulture))}@{Pick(Handles)}";

    private string Utr() => chance.Next(2) == 0
        ? Pick(Banks) + Pick(["N", "H", "P", "5", "4", "1"]) + Digits(11)
        : $"{Pick(Banks)}{Pick(["R", "N", "H"])}{Pick(["5", "1", "2", "C"])}20{chance.Next(20, 30)}{chance.Next(1, 13):D2}{chance.Next(1, 29):D2}{Digits(8)}";

    private string Mobile()
    {
        var number = chance.Next(6, 10) + Digits(9);
        var shaped = chance.Next(3) switch { 0 => number, 1 => $"{number[..5]} {number[5..]}", _ => $"{number[..5]}-{number[5..]}" };
        return Pick(["", "+91", "+91 ", "+91-", "91", "0"]) + shaped;
    }

    private string Pan()
    {
        var pan = $"{Letters(3)}{Pick(["P", "C", "H", "F", "A", "T", "B", "L", "J", "G"])}{Letters(1)}{Digits(4)}{Letters(1)}";
        return chance.Next(5) == 0 ? pan.ToLowerInvariant() : pan;
    }

    private string Card()
    {
        var (prefix, length) = chance.Next(7) switch { 0 or 1 => ("4", 16), 2 => ("5" + chance.Next(1, 6), 16), 3 => ("60", 16), 4 => ("6521", 16), 5 => ("37", 15), _ => ("2221", 16) };
        var body = prefix + Digits(length - prefix.Length - 1);
        for (var check = 0; check < 10; check++)
        {
            if (Luhn(body + check))
            {
                return length == 16 ? Grouped(body + check, 4) : body + check;
            }
        }

        return body;
    }

    // The check digit is found by trying: exactly one of ten is right.
    private string Aadhaar()
    {
        var body = chance.Next(2, 10) + Digits(10);
        return body + Enumerable.Range(0, 10).First(check => Verhoeff(body + check));
    }

    private string Grouped(string digits, int size) => chance.Next(3) switch
    {
        0 => digits,
        1 => string.Join(' ', digits.Chunk(size).Select(group => new string(group))),
        _ => string.Join('-', digits.Chunk(size).Select(group => new string(group))),
    };

    private static bool Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum % 10 == 0;
    }

    private static bool Verhoeff(string digits)
    {
        int[] inversePermutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            for (var step = 0; step < i % 8; step++)
            {
                digit = inversePermutation[digit];
            }

            check = Dihedral(check, digit);
        }

        return check == 0;
    }

    // Product in D5 by its rule rather than by a table: rotations add, reflections turn the other round.
    private static int Dihedral(int left, int right) => (left < 5, right < 5) switch
    {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + ((left + right) % 5),
        (false, true) => 5 + ((left - right + 10) % 5),
        (false, false) => (left - right + 10) % 5,
    };

    private string Uuid() => new Guid(Bytes(16)).ToString();

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        chance.NextBytes(bytes);
        return bytes;
    }

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => chance.Next(10)));

    private string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('A' + chance.Next(26))));

    private T Pick<T>(T[] among) => among[chance.Next(among.Length)];
}
