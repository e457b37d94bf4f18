using System.Text.RegularExpressions;

namespace CacheKeeper.Storage;

/// <summary>
/// Puts a mark in the place of what identifies a person or a payment: UPI addresses, references (UTR, RRN), mobile numbers, mail addresses,
/// PAN, Aadhaar and card numbers. Applied to whatever leaves the keeper: logs, alerts, webhooks, previews.
/// </summary>
internal static partial class Redaction
{
    /// <summary>The text with each such number or address replaced by what it was: <c>[vpa]</c>, <c>[card]</c>, …</summary>
    public static string Apply(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('0', '9') < 0 && !text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }

        text = Mail().Replace(text, "[email]");
        text = Vpa().Replace(text, "[vpa]");
        text = Pan().Replace(text, "[pan]");
        text = Utr().Replace(text, "[reference]");
        text = Card().Replace(text, match => IsCard(match.ValueSpan) ? "[card]" : match.Value);
        text = Mobile().Replace(text, "[mobile]");
        return Twelve().Replace(text, match => IsAadhaar(match.ValueSpan) ? "[aadhaar]" : IsGrouped(match.ValueSpan) ? match.Value : "[reference]");
    }

    // Luhn's check digit (ISO/IEC 7812-1, annex B).
    private static bool IsCard(ReadOnlySpan<char> text)
    {
        var (sum, count) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                continue;
            }

            var digit = text[i] - '0';
            var weighted = count % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
            count++;
        }

        return count is >= 13 and <= 19 && sum % 10 == 0;
    }

    // Verhoeff's check digit, as the Aadhaar authority uses it; the first digit is 2 to 9.
    private static bool IsAadhaar(ReadOnlySpan<char> text)
    {
        var (check, position) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                check = Product[check][Permuted(position++, text[i] - '0')];
            }
        }

        return text[0] is >= '2' and <= '9' && check == 0;
    }

    private static bool IsGrouped(ReadOnlySpan<char> text) => text.IndexOfAny(" -\u00a0") >= 0;

    private static int Permuted(int position, int digit)
    {
        for (var step = position % 8; step > 0; step--)
        {
            digit = Permutation[digit];
        }

        return digit;
    }

    // Multiplication in the dihedral group D5.
    private static readonly int[][] Product =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];

    private static readonly int[] Permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    [GeneratedRegex(@"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Mail();

    // A UPI address: a name, @, and a handle of letters and digits without a dot. Version marks such as package@1.2 and image@sha256: are none.
    [GeneratedRegex(@"(?<![\w.@/-])[a-z0-9][a-z0-9._-]{1,255}@(?!sha\d|latest\b|next\b|types\b)[a-z][a-z0-9]{1,63}(?![\w@:/]|[.-]\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Vpa();

    // Five letters (the fourth says whose: P person, C company, …), four digits, a letter.
    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Za-z]{3}[ABCFGHLJPTKEabcfghljptke][A-Za-z][0-9]{4}[A-Za-z](?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Pan();

    // NEFT: bank code, one letter or digit, then digits (16 in all); RTGS and newer NEFT: bank code, R, N or H, a letter or digit, date, serial (22 in all).
    [GeneratedRegex(@"(?<![A-Za-z0-9])(?:[A-Z]{4}[A-Z0-9][0-9]{11}|[A-Z]{4}[A-Z][A-Z0-9]20[0-9]{6}[0-9]{8})(?![A-Za-z0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Utr();

    // Issuers' ranges: Visa, Mastercard, RuPay, Maestro, Discover, Amex, Diners, JCB.
    [GeneratedRegex(@"(?<![\w.-])(?=[234568])(?:4|5[0-8]|2[2-7]|3[0-9]|6|8[12])(?:[ \u00a0-]?[0-9]){11,17}[0-9](?![\w]|[.-]\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Card();

    // Ten digits from 6 to 9 on, with or without country code; a number with a unit behind it is a measurement.
    [GeneratedRegex(@"(?<![\w.:#/-]|[.,]\d)(?:(?:\+|00)?91[ \u00a0.-]?|0)?[6-9][0-9]{4}[ \u00a0.-]?[0-9]{5}(?![\w]|[.,:-]\d|\s?(?:bytes?|[KMGT]?i?B|ms|µs|us|ns|rows?|keys?|entries|tokens?|requests?|lookups?|commands?)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Mobile();

    [GeneratedRegex(@"(?<![\w.:/-]|[.,]\d)[0-9]{4}[ \u00a0-]?[0-9]{4}[ \u00a0-]?[0-9]{4}(?![\w]|[.,:-]\d|\s?(?:bytes?|[KMGT]?i?B|ms|µs|us|ns|rows?|keys?|entries|tokens?|requests?|lookups?|commands?)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Twelve();
}
