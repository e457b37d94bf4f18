using System.Text;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Stands for the model: to each question always the same answer, 200 to 2,000 characters that speak of the question.</summary>
internal static class AnswerWriter
{
    private const int Shortest = 200;
    private const int Longest = 2000;

    private static readonly string[] Openings =
    [
        "You asked: \"{0}\" Here is what we know.", "Thank you for your question, \"{0}\".", "Regarding \"{0}\": the short answer comes first.",
        "About \"{0}\" there are a few things to check.",
    ];

    private static readonly Dictionary<string, string[]> Sentences = new()
    {
        ["payments"] =
        [
            "A UPI payment is settled within minutes, and the reference number appears in the transaction list.",
            "If the amount was debited and the merchant did not receive it, the refund starts by itself within three working days.",
            "Please compare the transfer's reference with the one in your bank statement before you raise a dispute.",
            "A pending payment is neither lost nor final: do not pay a second time until its status has changed.",
            "The daily limit for transfers is shown under Payments, and a new payee has a lower one for the first 24 hours.",
        ],
        ["users"] =
        [
            "Open Profile, then Security, and follow the steps to confirm that it is you.",
            "A new password must have at least twelve characters and cannot be one of the last five.",
            "We send a one-time code to the registered number; it is valid for five minutes.",
            "After five failed tries the account rests for thirty minutes, which protects it from guessing.",
        ],
        ["orders"] =
        [
            "The order's page shows each step from acceptance to delivery, with the time it happened.",
            "An invoice is issued when the parcel leaves the warehouse and can be downloaded for seven years.",
            "A card is sent by post and usually arrives within five to seven working days.",
            "When the tracking number has not moved for three days, we ask the carrier for you.",
        ],
        ["analytics"] =
        [
            "The dashboard adds up yesterday's figures at two in the morning, so today's are still growing.",
            "Choose the period at the upper right; the chart compares it with the one before.",
            "A report can be sent every Monday to up to ten addresses.",
        ],
        ["configuration"] =
        [
            "The setting takes effect at once for new sessions; running ones keep the value they started with.",
            "Only an administrator can change it, and every change is written to the audit log.",
            "To return to the default, clear the field and save.",
        ],
        ["general"] =
        [
            "If this does not answer your question, please tell us what you see on the screen.",
            "Fees, limits and exchange rates are listed under Help, together with the date from which they apply.",
            "Our support is there around the clock and will never ask for your PIN or your password.",
            "The steps are the same in the app and on the web.",
            "It can take up to ten minutes until a change is visible everywhere.",
        ],
    };

    public static string Answer(string query, string category)
    {
        var random = new Random(Seed(query));
        var wanted = random.Next(Shortest, Longest - 200);
        var topic = Sentences.GetValueOrDefault(category, Sentences["general"]);
        var shown = query.Length <= 200 ? query : query[..200];
        var answer = new StringBuilder().AppendFormat(null, Openings[random.Next(Openings.Length)], shown);
        for (var sentence = 1; answer.Length < wanted; sentence++)
        {
            var from = sentence % 3 == 0 ? Sentences["general"] : topic;
            answer.Append(sentence % 5 == 0 ? "\n" : " ").Append(from[random.Next(from.Length)]);
            if (random.Next(4) == 0)
            {
                answer.Append(null, $" The reference for this step is {random.Next(100_000, 999_999)}.");
            }
        }

        return answer.ToString();
    }

    // FNV-1a: the runtime's own hash of a string differs from start to start.
    private static int Seed(string text)
    {
        var hash = 2166136261u;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (int)(hash & int.MaxValue);
    }
}
