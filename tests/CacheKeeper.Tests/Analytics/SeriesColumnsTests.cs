using CacheKeeper.Analytics;

namespace CacheKeeper.Tests.Analytics;

public sealed class SeriesColumnsTests
{
    [Theory]
    [InlineData("timestamp,value", 0, 1)]
    [InlineData("value,timestamp", 1, 0)]
    [InlineData("host,Value,TimeStamp", 2, 1)]
    [InlineData("when;how many", 0, 1)]
    [InlineData("\"timestamp\",\"x\"", 0, 1)]
    public void Columns_are_found_by_name_and_else_by_place(string header, int time, int value)
    {
        var columns = SeriesColumns.Find(header, null, null)!;
        Assert.Equal((time, value, true), (columns.Time, columns.Value, columns.HasHeader));
    }

    [Fact]
    public void A_file_without_a_header_begins_with_its_first_row() =>
        Assert.False(SeriesColumns.Find("2014-07-01 00:00:00,5", null, null)!.HasHeader);

    [Fact]
    public void A_name_that_was_given_must_occur() => Assert.Null(SeriesColumns.Find("timestamp,value", null, "cpu"));

    [Fact]
    public void Named_columns_are_taken() =>
        Assert.Equal((1, 2), SeriesColumns.Find("id,at,cpu", "at", "cpu") is var found ? (found!.Time, found.Value) : default);

    [Fact]
    public void Quoted_fields_and_missing_fields_are_read()
    {
        var columns = SeriesColumns.Find("a,timestamp,value", null, null)!;
        Assert.Equal(("2014", "1"), columns.Read("\"x,y\",2014, 1"));
        Assert.Equal(("2014", ""), columns.Read("x,2014"));
    }

    [Theory]
    [InlineData("1.5e3", 1500.0)]
    [InlineData("", null)]
    [InlineData("NaN", null)]
    [InlineData("inf", null)]
    [InlineData("n/a", null)]
    public void A_value_that_is_no_finite_number_is_unknown(string text, double? value) => Assert.Equal(value, SeriesColumns.ParseValue(text));
}
