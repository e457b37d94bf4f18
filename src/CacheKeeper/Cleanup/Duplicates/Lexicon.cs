using System.Collections.Frozen;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>The English words whose difference decides whether two texts ask the same: what may differ, and what may not.</summary>
internal static class Lexicon
{
    /// <summary>Words that carry grammar only; they may differ.</summary>
    public static readonly FrozenSet<string> Function = WordList.Set(
        "a an the this that these those it its itself there here such so then thus hence also too very really quite just even still already yet ever again",
        "am is are be being do does doing have has having having get gets getting got can could would may might shall should must ought able",
        "was were been did had will going gonna i me my mine myself we us our ours ourselves you your yours yourself",
        "to of in on at for by with from into onto toward towards as about and but because any some please kindly now",
        "what which who whom whose when where why how");

    /// <summary>Ways to begin a question that ask nothing themselves, longest first.</summary>
    public static readonly string[][] Openings =
    [
        .. new[]
        {
            "can you please tell me", "could you please tell me", "would you please tell me", "can you tell me", "could you tell me", "would you tell me", "please tell me", "tell me",
            "can you let me know", "could you let me know", "please let me know", "let me know", "i would like to know", "i want to know", "i need to know", "i wanted to know",
            "i am wondering", "i was wondering", "i wonder", "do you know", "can you please help me", "could you please help me", "can you help me", "could you help me",
            "please help me", "help me", "i have a question", "i need to", "i want to", "i would like to", "i wish to", "quick question",
            "hi there", "hello there", "hi team", "hello team", "dear team", "dear sir", "dear sir or madam", "good day", "hi", "hello", "hey", "please", "pls", "kindly", "excuse me", "sorry", "ok", "well",
        }.Select(phrase => phrase.Split(' ')).OrderByDescending(phrase => phrase.Length),
    ];

    /// <summary>Courtesies at the end that ask nothing.</summary>
    public static readonly string[][] Closings =
    [
        .. new[] { "thank you very much", "thank you so much", "thanks in advance", "thank you in advance", "thanks a lot", "many thanks", "thank you", "thanks", "please", "pls", "kindly" }
            .Select(phrase => phrase.Split(' ')).OrderByDescending(phrase => phrase.Length),
    ];

    /// <summary>Words with an apostrophe, also where it was left out.</summary>
    public static readonly FrozenDictionary<string, string[]> Contractions = new Dictionary<string, string>
    {
        ["can't"] = "can not",
        ["cant"] = "can not",
        ["cannot"] = "can not",
        ["won't"] = "will not",
        ["wont"] = "will not",
        ["shan't"] = "shall not",
        ["ain't"] = "is not",
        ["dont"] = "do not",
        ["doesnt"] = "does not",
        ["didnt"] = "did not",
        ["isnt"] = "is not",
        ["arent"] = "are not",
        ["wasnt"] = "was not",
        ["werent"] = "were not",
        ["havent"] = "have not",
        ["hasnt"] = "has not",
        ["hadnt"] = "had not",
        ["couldnt"] = "could not",
        ["wouldnt"] = "would not",
        ["shouldnt"] = "should not",
        ["mustnt"] = "must not",
        ["im"] = "i am",
        ["ive"] = "i have",
        ["whats"] = "what is",
        ["wheres"] = "where is",
        ["hows"] = "how is",
        ["whos"] = "who is",
        ["thats"] = "that is",
        ["theres"] = "there is",
        ["let's"] = "let us",
        ["lets"] = "let us",
        ["wanna"] = "want to",
        ["gimme"] = "give me",
        ["y'all"] = "you all",
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Split(' '));

    /// <summary>Spellings and abbreviations of one word.</summary>
    public static readonly FrozenDictionary<string, string> Spellings = WordList.Named(
        "please: pls plz", "account: acct acc a/c ac", "transaction: txn trxn", "information: info", "password: pwd passwd passcode", "amount: amt", "message: msg msgs", "phone: mobile cellphone telephone smartphone",
        "center: centre", "color: colour", "favorite: favourite fav", "behavior: behaviour", "license: licence", "catalog: catalogue", "gray: grey", "program: programme", "aluminum: aluminium", "check-book: chequebook checkbook",
        "organize: organise", "recognize: recognise", "authorize: authorise", "authorized: authorised", "unauthorized: unauthorised", "authorization: authorisation", "realize: realise", "customize: customise",
        "optimize: optimise", "synchronize: synchronise sync", "personalize: personalise", "minimize: minimise", "maximize: maximise", "initialize: initialise", "purchase: buy", "purchased: bought",
        "assist: help", "start: begin", "television: tv", "okay: ok", "government: govt", "and: &", "want: wish", "bank-account: bankaccount", "sign-in: signin login logon", "recieved: received", "receive: recieve");

    public static readonly FrozenSet<string> Negations = WordList.Set("not no never none nothing nobody nowhere neither nor without cannot non hardly barely scarcely rarely seldom unless except excluding n't lack lacks lacking");

    /// <summary>Words that say how much of something is meant.</summary>
    public static readonly FrozenDictionary<string, string> Quantities = WordList.Named(
        "all: all every each entire whole everything everyone everybody", "only: only solely exclusively", "both: both", "either: either", "most: most mostly", "many: many lots", "much: much", "few: few", "several: several multiple",
        "more: more another additional extra further", "less: less fewer", "least: least minimum min minimal lowest", "highest: maximum max maximal highest", "always: always", "often: often frequently usually", "sometimes: sometimes occasionally",
        "same: same identical", "other: other others else different", "half: half", "once: once", "twice: twice", "thrice: thrice", "double: double", "triple: triple", "dozen: dozen", "pair: pair couple",
        "or: or", "nearly: nearly almost approximately around roughly", "exactly: exactly precisely");

    /// <summary>Other people: the question is no longer about the one who asks.</summary>
    public static readonly FrozenDictionary<string, string> Others = WordList.Named("he: he him his himself", "she: she her hers herself", "they: they them their theirs themselves");

    /// <summary>A question that begins with one of these wants a yes or a no.</summary>
    public static readonly FrozenSet<string> YesOrNo = WordList.Set("is are am was were do does did can could will would shall should must may might have has had");

    public static readonly FrozenSet<string> Self = WordList.Set("i me my mine myself we us our ours");

    public static readonly FrozenSet<string> You = WordList.Set("you your yours yourself");

    public static readonly FrozenSet<string> Asking = WordList.Set("who whom whose when where why which how what");

    public static readonly FrozenSet<string> Future = WordList.Set("will shall gonna going upcoming");

    public static readonly FrozenSet<string> Present = WordList.Set("is am are do does has have");

    public static readonly FrozenSet<string> Past = WordList.Set("was were did had been");

    public static readonly FrozenSet<string> Duty = WordList.Set("must should need needs needed ought have-to required mandatory compulsory");

    public static readonly FrozenSet<string> Leave = WordList.Set("can could may might able allowed optional");

    /// <summary>Prepositions that give a thing its part in what happens.</summary>
    public static readonly FrozenDictionary<string, string> Parts = WordList.Named("from: from", "to: to into onto toward towards", "for: for", "by: by via through using", "with: with", "against: against versus vs", "than: than", "before: before", "after: after", "over: over", "under: under");
}
