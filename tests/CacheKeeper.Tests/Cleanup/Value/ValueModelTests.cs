using CacheKeeper.Cleanup.Value;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup.Value;

public sealed class ValueModelTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_used_often_and_lately_is_worth_more()
    {
        var model = ValueModel.Learn(Many(), Now, new ValuePolicy());
        Assert.Equal(KnowledgeLevel.Sound, model.Knowledge.Level);
        var (hot, cold) = (model.Score(Head(uses: 20, idleHours: 0.5, ageHours: 40)), model.Score(Head(uses: 0, idleHours: 40, ageHours: 40)));
        Assert.True(hot.Value > cold.Value);
        Assert.True(hot.ReuseChance > cold.ReuseChance);
        Assert.InRange(cold.ReuseChance!.Value, 0, 1);
    }

    [Fact]
    public void The_bigger_of_two_alike_is_worth_less_per_byte()
    {
        var model = ValueModel.Learn(Many(), Now, new ValuePolicy());
        Assert.True(model.Score(Head(3, 1, 10, bytes: 100)).PerByte > model.Score(Head(3, 1, 10, bytes: 10_000)).PerByte);
        Assert.Null(model.Score(Head(3, 1, 10, bytes: 0)).PerByte);
    }

    [Fact]
    public void An_entry_of_unknown_use_has_no_value_rather_than_a_low_one()
    {
        var model = ValueModel.Learn(Many(), Now, new ValuePolicy());
        Assert.Null(model.Score(Head(3, 1, 10) with { AccessCount = null }).Value);
        Assert.Null(model.Score(Head(3, 1, 10) with { AccessedAt = null, UpdatedAt = null, CreatedAt = null }).Value);
    }

    [Fact]
    public void A_category_that_returns_more_often_is_worth_more()
    {
        var heads = Many().Select((head, at) => head with { Category = at % 2 == 0 ? "returning" : "passing" }).ToArray();
        for (var at = 1; at < heads.Length; at += 2)
        {
            heads[at] = heads[at] with { AccessCount = 0, AccessedAt = heads[at].CreatedAt };
        }

        var model = ValueModel.Learn(heads, Now, new ValuePolicy());
        var like = Head(2, 3, 20);
        Assert.True(model.Score(like with { Category = "returning" }).ReuseChance > model.Score(like with { Category = "passing" }).ReuseChance);
    }

    [Fact]
    public void Too_few_entries_are_too_little_to_know()
    {
        var model = ValueModel.Learn(Many().Take(20), Now, new ValuePolicy());
        Assert.Equal(KnowledgeLevel.TooLittle, model.Knowledge.Level);
        Assert.Equal(RemovalEffect.Unknown, model.Effect(Many(), 1000, new RemovalEffectPolicy()));
    }

    [Fact]
    public void The_expected_loss_lies_in_its_interval_and_grows_with_what_goes()
    {
        var model = ValueModel.Learn(Many(), Now, new ValuePolicy());
        var (some, more) = (model.Effect(Many().Take(50), 5000, new RemovalEffectPolicy()), model.Effect(Many().Take(400), 5000, new RemovalEffectPolicy()));
        Assert.InRange(some.Loss!.Value, some.Lower90!.Value, some.Upper90!.Value);
        Assert.True(more.Loss > some.Loss);
        Assert.Equal(RemovalEffect.Unknown, model.Effect(Many(), null, new RemovalEffectPolicy()));
    }

    private static IEnumerable<EntryHead> Many()
    {
        var random = new Random(4);
        for (var at = 0; at < 1000; at++)
        {
            var age = 1 + (random.NextDouble() * 99);
            var uses = random.NextDouble() < 0.5 ? 0 : random.Next(1, 12);
            yield return Head(uses, uses == 0 ? age : age * random.NextDouble(), age);
        }
    }

    private static EntryHead Head(int uses, double idleHours, double ageHours, long bytes = 1000) => new(TierName.Postgresql, "1", "1")
    {
        AccessCount = uses,
        AccessedAt = Now.AddHours(-idleHours),
        CreatedAt = Now.AddHours(-ageHours),
        Bytes = bytes,
    };
}
