using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Markup that is safe to send: made only from literals of ours, with every value put in encoded.</summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html None = new("");

    /// <summary>Markup from an interpolated text: literals as they stand, values encoded, markup in markup kept.</summary>
    public static Html Of(Interpolation text) => new(text.ToString());

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> show) => new(string.Concat(items.Select(item => show(item).Markup)));

    /// <summary>The markup, when there is something to show.</summary>
    public static Html When(bool condition, Func<Html> show) => condition ? show() : None;

    public override string ToString() => Markup ?? "";

    /// <summary>Collects an interpolated text; anything that is not markup is encoded for text and quoted attributes alike.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Interpolation(int literalLength, int formattedCount)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
        private static readonly SearchValues<char> Turning = SearchValues.Create("\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Html markup) => _text.Append(markup.Markup);

        public void AppendFormatted(string? value) => _text.Append(Encoder.Encode(Plain(value ?? "")));

        public void AppendFormatted(int value) => _text.Append(value);

        public void AppendFormatted(long value, string? format = null) => _text.Append(value.ToString(format));

        public void AppendFormatted(double value, string? format = null) => _text.Append(value.ToString(format));

        public override string ToString() => _text.ToString();

        // Marks that turn the direction of what follows would let a key rewrite the sentence around it.
        private static string Plain(string value) => value.AsSpan().ContainsAny(Turning) ? string.Concat(value.Select(letter => Turning.Contains(letter) ? '\uFFFD' : letter)) : value;
    }
}
