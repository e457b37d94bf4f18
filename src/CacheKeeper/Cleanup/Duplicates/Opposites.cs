using System.Collections.Frozen;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Words with an opposite (debit and credit, enable and disable): texts that differ in one of them never ask the same.</summary>
internal static class Opposites
{
    // One side, a slash, the other side; forms of one word are told by TextStem.
    private static readonly string[] Pairs =
    [
        "debit/credit", "deposit/withdraw withdrawal", "send sent/receive received recieve", "sender/receiver recipient", "pay paid/refund refunded reimburse", "payer/payee", "lend lent loaned/borrow borrowed", "lender/borrower",
        "enable enabled/disable disabled", "activate active activation/deactivate inactive deactivation", "on/off", "up/down", "in/out", "increase raise higher/decrease reduce lower", "high/low", "open opened/close closed shut",
        "start started begin/stop stopped end ended finish finished", "add added/remove removed", "create created/delete deleted", "block blocked/unblock unblocked", "lock locked/unlock unlocked", "freeze frozen/unfreeze unfrozen",
        "purchase buy bought purchased/sell sold", "buyer/seller", "win won/lose lost", "approve approved/reject rejected decline declined", "accept accepted/refuse refused deny denied", "allow allowed permit permitted/forbid forbidden prohibit prohibited",
        "grant granted/revoke revoked", "include included including/exclude excluded", "import imported importer/export exported exporter", "upload uploaded/download downloaded", "push/pull", "encrypt encrypted/decrypt decrypted",
        "success successful successfully succeed succeeded/failure fail failed unsuccessful failing", "pass passed/fail", "incoming inbound/outgoing outbound", "domestic national local/international foreign overseas abroad",
        "before/after", "above/below", "over/under", "inside/outside", "within/beyond", "since/until till", "left/right", "north/south", "east/west", "northern/southern", "eastern/western", "top/bottom", "front/back", "first/last", "next/previous",
        "true/false", "yes/no", "public/private", "online/offline", "valid/invalid", "legal/illegal", "possible/impossible", "correct right/incorrect wrong", "complete completed/incomplete pending", "secure safe/insecure unsafe", "available/unavailable",
        "subscribe subscribed/unsubscribe unsubscribed", "connect connected/disconnect disconnected", "install installed/uninstall uninstalled", "attach attached/detach detached", "link linked/unlink unlinked", "mount/unmount",
        "register registered/deregister unregister", "hire hired/fire fired", "arrive arrived arrival/depart departed departure leave", "early earlier/late later", "long longer/short shorter", "fast faster quick/slow slower", "big bigger large larger/small smaller",
        "cheap cheaper/expensive", "good better best/bad worse worst", "hot/cold", "warm/cool", "old older/new newer", "young younger/elderly", "pro pros advantage benefit/con cons disadvantage drawback risk", "savings/checking current", "prepaid/postpaid", "synchronous/asynchronous",
        "read/write", "input/output", "parent/child", "mother/father", "son/daughter", "brother/sister", "husband/wife", "male man men boy/female woman women girl", "landlord/tenant", "employer/employee", "teacher/student", "doctor/patient", "client/server", "ascending/descending", "vertical/horizontal",
        "income/expense", "asset/liability", "profit/loss", "supply/demand", "cause/effect", "physical/virtual", "manual manually/automatic automatically", "temporary temporarily/permanent permanently", "annual annually yearly/monthly", "weekly/daily", "primary/secondary",
        "internal/external", "minor/major", "positive/negative", "even/odd", "odd/even", "wet/dry", "full/empty", "gain/drop", "rise rose/fall fell", "appear appeared/disappear disappeared", "agree agreed/disagree disagreed", "like/dislike", "love/hate", "lead/follow", "guilty/innocent", "single/joint",
        "gross/net", "fixed/variable floating", "simple/compound", "maternal/paternal", "import/export", "sunrise/sunset", "heat/cool", "mute muted/unmute unmuted", "hide hidden/show shown", "expand/collapse", "lower/upper", "zoom-in/zoom-out", "verified/unverified", "authorized/unauthorized", "recurring/one-time",
        "wholesale/retail", "merchant/customer consumer", "beneficiary/remitter", "issuer/acquirer", "issuing/acquiring", "maker/checker", "principal/interest", "cash/cheque", "call/put", "bull bullish/bear bearish", "bid/ask", "inflow/outflow", "inward/outward", "intrastate/interstate",
    ];

    private static readonly FrozenDictionary<string, string> Sides = Build();

    // Prepositions that stand in most sentences without taking a side: only their opposites count.
    private static readonly FrozenSet<string> Weak = WordList.Set("on up in right back like lead top even show show current leave long call ask read simple end heat cool local no yes");

    /// <summary>The side a word takes, such as <c>debit+</c>; null when it has no opposite here.</summary>
    public static string? SideOf(string word) =>
        Weak.Contains(word) ? null : Sides.GetValueOrDefault(word) ?? Sides.GetValueOrDefault(TextStem.Singular(word));

    /// <summary>Whether one word is the other with a prefix that turns its meaning round (paid and unpaid, active and inactive).</summary>
    public static bool AreTurned(string left, string right)
    {
        var (longer, shorter) = left.Length > right.Length ? (left, right) : (right, left);
        return shorter.Length >= 3 && longer.EndsWith(shorter, StringComparison.Ordinal)
            && longer[..^shorter.Length] is "un" or "in" or "im" or "il" or "ir" or "dis" or "non" or "de" or "mis" or "anti" or "counter" or "under" or "over" or "pre" or "post" or "re" or "inter" or "intra" or "sub" or "super";
    }

    private static FrozenDictionary<string, string> Build()
    {
        var sides = new Dictionary<string, string>();
        foreach (var pair in Pairs)
        {
            var parts = pair.Split('/');
            var name = parts[0].Split(' ')[0];
            foreach (var (part, sign) in new[] { (parts[0], "+"), (parts[1], "-") })
            {
                foreach (var word in part.Split(' ').SelectMany(Forms))
                {
                    sides.TryAdd(word, name + sign);
                }
            }
        }

        return sides.ToFrozenDictionary();
    }

    // Regular forms of a verb or noun; forms that are no words do no harm.
    private static IEnumerable<string> Forms(string word) =>
        [word, word + "s", word + "ed", word + "ing", word.TrimEnd('e') + "ed", word.TrimEnd('e') + "ing", word + "es", word + word[^1] + "ed", word + word[^1] + "ing"];
}
