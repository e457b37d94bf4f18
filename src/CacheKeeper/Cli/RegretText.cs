using System.Globalization;
using System.Text;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>The regret ledger as a person reads it. Pure.</summary>
internal static class RegretText
{
    public static string Of(RegretLedger ledger, PricePolicy prices, TimeSpan remembered)
    {
        if (ledger.Lines.Count == 0)
        {
            return "Nothing is remembered as removed: no cleanup has taken rows that carry a query hash.";
        }

        var text = new StringBuilder().AppendLine(ledger.Regret is { } regret
            ? FormattableString.Invariant($"{regret:P1} of the entries that cleanup removed although they still answered were asked for again: {ledger.Returned:N0} answers had to be made anew{Cost(ledger, prices)}.")
            : "Only entries that answered no more were removed; nothing of it can be regretted.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"reason",-18} {"category",-16} {"removed",9} {"asked again",12} {"share",7}  {"95 %",-15} until");
        foreach (var line in ledger.Lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{RunRow.Word(line.Reason).Replace('_', ' '),-18} {line.Category,-16} {line.Removed,9:N0} {line.Returned,12:N0} {line.Share,7:P1}  {$"{line.Low:P1}–{line.High:P1}",-15} {Until(line.Until)}");
        }

        text.AppendLine("Expired, superseded and stale entries answered no more: what of them is asked for again says that their time was short, not that cleanup erred.");
        return text.Append(CultureInfo.InvariantCulture, $"Watched for {remembered.TotalDays:0.#} days. A question asked again and not stored, or gone again before a look, is not seen: the true share is not lower.").ToString();
    }

    private static string Cost(RegretLedger ledger, PricePolicy prices) => prices.AnswerPrice is { } price
        ? FormattableString.Invariant($", for about {ledger.Returned * price:0.00##} {prices.Currency}")
        : "; what that cost is unknown (set metrics.prices.perAnswer)";

    private static string Until(TimeSpan? wait) => wait switch
    {
        null => "–",
        { TotalDays: >= 2 } days => FormattableString.Invariant($"{days.TotalDays:0.#} days"),
        { TotalHours: >= 1 } hours => FormattableString.Invariant($"{hours.TotalHours:0.#} h"),
        { } minutes => FormattableString.Invariant($"{minutes.TotalMinutes:0} min"),
    };
}
