using CacheKeeper.Client;
using CacheKeeper.Sandbox.Load;

namespace CacheKeeper.Tests.Sandbox;

/// <summary>What <c>./run</c> shows to who has no questions at hand.</summary>
public sealed class MadeUpTests
{
    [Fact]
    public void The_questions_are_all_different_and_of_every_category()
    {
        Assert.Equal(2000, MadeUp.Questions.Select(query => query.Text).Distinct().Count());
        var counts = MadeUp.Questions.CountBy(query => CategoryRules.Default.Match(query.Text).Category).ToDictionary();
        Assert.All(CategoryRules.Default.All.Where(rule => rule != CategoryRules.General), rule => Assert.InRange(counts[rule.Category], 100, 1000));
    }

    [Fact]
    public void The_traffic_is_always_the_same_and_asks_few_questions_often()
    {
        var traffic = MadeUp.Traffic(2000);
        Assert.Equal(traffic, MadeUp.Traffic(2000));
        var counts = traffic.CountBy(request => request.Key).Select(pair => pair.Value).OrderDescending().ToList();
        Assert.All(traffic, request => Assert.InRange(request.Key, 0, 1999));
        Assert.InRange(counts.Take(20).Sum() / (double)traffic.Count, 0.40, 0.50);
        Assert.InRange(counts.Count, 1000, 1999);
    }
}
