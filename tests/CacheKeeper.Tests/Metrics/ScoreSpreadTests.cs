using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Metrics;

/// <summary>How alike what is stored is: worked out by hand, on vectors and on rows of a real table.</summary>
public sealed class ScoreSpreadTests(SandboxFixture sandbox)
{
    [Fact]
    public void Percentiles_of_the_nearest_neighbours_of_vectors_whose_angles_are_known()
    {
        // At 0°, 0°, 60° and 180°: nearest are 1, 1, cos 60° = ½, and cos 120° = −½.
        var spread = ScoreSpread.OfVectors([At(0), At(0), At(60), At(180)])!;
        // Sorted −½, ½, 1, 1; a tenth of the way is 0.3 ranks in, nine tenths 2.7.
        Assert.Equal(-0.5 + (0.3 * 1), spread.Low, 1e-6);
        Assert.Equal(1, spread.High, 1e-6);
        Assert.Equal(1.2, spread.Spread, 1e-6);
    }

    [Fact]
    public void Of_fewer_than_three_texts_with_words_nothing_is_said()
    {
        Assert.Null(ScoreSpread.Of(["how do i", "how do you"]));
        Assert.Null(ScoreSpread.Of(["how do i", "how do you", "???", ""]));
        Assert.Equal(0, ScoreSpread.Of(["the same", "The  same!", "the same"])!.Spread, 1e-6);
    }

    [Fact]
    public async Task On_a_small_known_cache_the_series_are_what_was_worked_out_by_hand()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.UtcNow;

        // Words that say little stand for themselves alone: of three words two in common is a cosine of ⅔, one is ⅓.
        await rig.RowAsync("s1", "how do I", "a", "payments", at.AddHours(-1), null, null, 0);
        await rig.RowAsync("s2", "how do you", "b", "payments", at.AddHours(-1), at.AddHours(1), null, 0);
        await rig.RowAsync("s3", "how can we", "c", "orders", at.AddHours(-1), null, null, 0);
        await rig.RowAsync("s4", "how do I", "expired", "orders", at.AddHours(-3), at.AddHours(-1), null, 0);
        await rig.RowAsync("s5", "how do you", "somebody else's", "orders", at.AddHours(-3), null, null, 0, project: "another");
        await rig.CollectAsync(at);

        // Nearest are ⅔, ⅔ and ⅓; sorted ⅓, ⅔, ⅔: a tenth is 0.2 ranks in, nine tenths 1.8.
        Assert.Equal((1 / 3.0) + (0.2 / 3), (await rig.ValueAsync("semantic_score_p10", at))!.Value, 1e-6);
        Assert.Equal(2 / 3.0, (await rig.ValueAsync("semantic_score_p90", at))!.Value, 1e-6);
        Assert.Equal(0.8 / 3, (await rig.ValueAsync("semantic_score_spread", at))!.Value, 1e-6);
    }

    [Fact]
    public async Task The_sample_is_bounded_and_none_is_asked_for_with_nought()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.UtcNow;
        foreach (var (hash, question) in new[] { ("a1", "how do I"), ("a2", "how do I"), ("a3", "how do I"), ("a4", "who are you") })
        {
            await rig.RowAsync(hash, question, "a", "payments", at.AddHours(-1), null, null, 0);
        }

        rig.Policy = rig.Policy with { SimilaritySample = 3 };
        await rig.CollectAsync(at);
        Assert.Equal(0, (await rig.ValueAsync("semantic_score_spread", at))!.Value, 1e-6);
        rig.Policy = rig.Policy with { SimilaritySample = 0 };
        await rig.CollectAsync(at.AddMinutes(15));
        Assert.Null(await rig.ValueAsync("semantic_score_spread", at.AddMinutes(15)));
    }

    private static float[] At(double degrees) => [(float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180)];
}
