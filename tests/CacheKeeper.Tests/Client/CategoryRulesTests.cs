using CacheKeeper.Client;

namespace CacheKeeper.Tests.Client;

public sealed class CategoryRulesTests
{
    [Theory]
    [InlineData("How do I pay by UPI?", "payments", "payment_processor")]
    [InlineData("What does the PAYLOAD look like?", "payments", "payment_processor")]
    [InlineData("Is PhonePe supported?", "payments", "payment_processor")]
    [InlineData("I cannot log in: login fails", "users", "user_manager")]
    [InlineData("Reset my password for the order page", "users", "user_manager")]
    [InlineData("Where is my delivery?", "orders", "order_tracker")]
    [InlineData("UTR not found", "orders", "order_tracker")]
    [InlineData("Show the weekly trend", "analytics", "analytics_engine")]
    [InlineData("Change a setting", "configuration", "config_manager")]
    [InlineData("Good morning", "general", "general_assistant")]
    [InlineData("", "general", "general_assistant")]
    public void The_first_rule_with_a_word_in_the_question_decides(string query, string category, string agent)
    {
        var rule = CategoryRules.Default.Match(query);
        Assert.Equal((category, agent), (rule.Category, rule.Agent));
    }

    [Fact]
    public void A_custom_category_is_tried_before_the_built_in_ones()
    {
        var rules = CategoryRules.Default.After([new CategoryRule("disputes", "dispute_clerk", ["chargeback"])]);
        Assert.Equal("disputes", rules.Match("A chargeback on my payment").Category);
        Assert.Equal("payments", rules.Match("A refund on my payment").Category);
    }

    [Fact]
    public void A_category_named_by_the_caller_keeps_its_agent_or_gets_the_general_one()
    {
        Assert.Equal("order_tracker", CategoryRules.Default.OfCategory("orders").Agent);
        Assert.Equal(new("weather", "general_assistant"), Pair(CategoryRules.Default.OfCategory("weather")));
    }

    private static KeyValuePair<string, string> Pair(CategoryRule rule) => new(rule.Category, rule.Agent);
}
