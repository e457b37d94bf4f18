using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Values as a person reads them; what is unknown is a dash, with its reason for whoever asks.</summary>
internal static class Text
{
    private const int MostUnfolded = 90;

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy HH:mm:ss");

    public static Html Unknown(string why) => Html.Of($"""<span class="unknown">– <small>{why}</small></span>""");

    public static Html Count(long? value, string why) => value is { } known ? Html.Of($"{known:N0}") : Unknown(why);

    public static Html Size(long? bytes, string why) => bytes is { } known ? Html.Of($"{CleanupText.Bytes(known)}") : Unknown(why);

    public static Html Ago(DateTimeOffset? at, DateTimeOffset now) => at is { } known
        ? Html.Of($"""<time datetime="{Iso(known)}" title="{Clock(known)}">{(known > now ? "in " : "")}{OverviewSentences.Distance(now - known)}{(known > now ? "" : " ago")}</time>""")
        : Unknown("never");

    /// <summary>The beginning of a long text.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";

    /// <summary>A text that is long is folded after its first words.</summary>
    public static Html Folded(string text) => text.Length <= MostUnfolded ? Html.Of($"{text}") : Html.Of($"<details><summary>{Short(text, MostUnfolded)}</summary>{text}</details>");

    /// <summary>A state as a word with a mark beside it; colour only repeats it.</summary>
    public static Html State(string word) => Html.Of($"""<span class="state {Tone(word)}">{Mark(word)} {word.Replace('_', ' ')}</span>""");

    public static Html Outcome(RunRecord run) => State(run.Outcome is { } outcome ? RunRow.Word(outcome) : "running");

    private static string Tone(string word) => word switch
    {
        "healthy" or "done" or "nothing_to_do" or "good" or "kept" or "resolved" => "good",
        "failed" or "critical" or "damaged" => "bad",
        "degraded" or "refused" or "interrupted" or "warning" or "partial" or "reverted" => "warn",
        _ => "calm",
    };

    private static string Mark(string word) => Tone(word) switch { "good" => "✔", "bad" => "✘", "warn" => "!", _ => "·" };
}
