using System.Globalization;
using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on a time: bare value, <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>, <c>ne</c>, <c>in</c>; an explicit <c>eq</c> is refused.</summary>
internal static class DateCondition
{
    public static Func<StoredMemory, bool> Parse(string field, JsonElement value)
    {
        var read = Reader(field);
        if (FilterValue.Operators(field, value) is not { } operators)
        {
            var bare = Moment.Parse(field, value);
            return memory => bare.Covers(read(memory));
        }

        Func<DateTimeOffset?, bool>[] tests = [.. operators.Select(operation => Operation(field, operation))];
        return memory => tests.All(test => test(read(memory)));
    }

    private static Func<DateTimeOffset?, bool> Operation(string field, JsonProperty operation)
    {
        if (operation.NameEquals("in"))
        {
            Moment[] moments = [.. FilterValue.List(field, operation.Value).Select(value => Moment.Parse(field, value))];
            return time => moments.Any(moment => moment.Covers(time));
        }

        if (operation.Name is not ("gt" or "gte" or "lt" or "lte" or "ne"))
        {
            throw FilterValue.Unsupported(field, operation.Name, "gt, gte, lt, lte, ne, in, or a bare value");
        }

        var moment = Moment.Parse(field, operation.Value);
        return operation.Name switch
        {
            "gt" => time => time > moment.Time,
            "gte" => time => time >= moment.Time,
            "lt" => time => time < moment.Time,
            "lte" => time => time <= moment.Time,
            _ => time => !moment.Covers(time),
        };
    }

    private static Func<StoredMemory, DateTimeOffset?> Reader(string field) => field switch
    {
        "updated_at" => memory => memory.UpdatedAt,
        "expiration_date" => memory => memory.ExpiresOn is { } date ? new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null,
        _ => memory => memory.CreatedAt,
    };
}

/// <summary>A time in a filter: an instant, or a whole day when only a date was written.</summary>
internal readonly record struct Moment(DateTimeOffset Time, bool IsDay)
{
    public static Moment Parse(string field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && WireJson.Time(value) is { } instant)
        {
            return new(instant, false);
        }

        var text = value.ValueKind == JsonValueKind.String ? WireJson.Text(value) : null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return new(new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), true);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new(time, false)
            : throw RefusalException.Error($"The filter on '{field}' needs an ISO 8601 date or time.");
    }

    public bool Covers(DateTimeOffset? time) => IsDay ? time >= Time && time < Time.AddDays(1) : time == Time;
}
