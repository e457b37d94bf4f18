using CacheKeeper.Cleanup.Similarity;
using CsCheck;

namespace CacheKeeper.Tests.Cleanup.Similarity;

public sealed class TextBankTests
{
    private static readonly string[] Stored =
        ["How do I reset my UPI PIN?", "Why was my payment declined?", "What is the daily limit for transfers?", "Where can I see my transaction history?"];

    [Fact]
    public void A_paraphrase_finds_the_text_it_paraphrases()
    {
        var nearest = Bank(Stored).Nearest(["my payment got declined, why", "i forgot the upi pin and want to reset it"]);
        Assert.Equal([1, 0], nearest.Select(found => found.Row));
    }

    [Fact]
    public void A_stored_text_finds_itself_with_a_score_of_one()
    {
        var nearest = Bank(Stored).Nearest(Stored);
        Assert.Equal([0, 1, 2, 3], nearest.Select(found => found.Row));
        Assert.All(nearest, found => Assert.Equal(1, found.Score, 1e-3f));
    }

    [Fact]
    public void Neighbours_that_resemble_the_nearest_confirm_it_and_others_make_it_doubtful()
    {
        var confirmed = Doubt(["order card", "order a card"]);
        var doubtful = Doubt(["order card", "block pins"]);
        Assert.True(confirmed < doubtful, $"{confirmed} {doubtful}");

        static float Doubt(string[] stored) =>
            new TextBank(stored, null, SimilarityPolicy.Default with { AgreementShare = 0 }).Nearest(["order card block pin"])[0].Score - Bank(stored).Nearest(["order card block pin"])[0].Score;
    }

    [Fact]
    public void Without_stored_texts_nothing_is_near() => Assert.Equal([new NearestText(null, 0)], Bank([]).Nearest(["anything"]));

    [Fact]
    public void Scores_lie_between_0_and_1_whatever_the_texts()
    {
        Gen.Select(Gen.String[0, 40].Array[0, 12], Gen.String[0, 40].Array[0, 6])
            .Sample((stored, queries) => Bank(stored).Nearest(queries).All(found => found.Score is >= 0 and <= 1));
    }

    [Fact]
    public void Payment_questions_are_answered_at_95_percent_precision_by_spelling_alone()
    {
        var bank = Rows("banking77_bank");
        var queries = Rows("banking77_queries");
        var nearest = Bank([.. bank.Select(row => row.Text)]).Nearest([.. queries.Select(row => row.Text)]);
        var right = nearest.Index().OrderByDescending(found => found.Item.Score).Select(found => bank[found.Item.Row!.Value].Intent == queries[found.Index].Intent);
        var (seen, hits, answered) = (0, 0, 0);
        foreach (var hit in right)
        {
            hits += hit ? 1 : 0;
            answered = hits >= 0.95 * ++seen ? seen : answered;
        }

        Assert.True(answered >= 0.55 * queries.Count, $"answered {answered} of {queries.Count}");
    }

    private static TextBank Bank(IReadOnlyList<string> texts) => new(texts, null, SimilarityPolicy.Default);

    private static List<(string Text, string Intent)> Rows(string name)
    {
        using var file = new StreamReader(new System.IO.Compression.GZipStream(
            File.OpenRead(Repository.DataFile($"text/{name}.tsv.gz")), System.IO.Compression.CompressionMode.Decompress));
        return [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split('\t')).Select(cells => (cells[0], cells[1]))];
    }
}
